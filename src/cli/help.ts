// The texts of --help.

const SERVICE = `
  --base-url <url>     where the service is (default: VIDEOS_BASE_URL,
                       else the documented base)
  --json               one line of JSON for each event on stdout
  -h, --help           show this

The key comes from the environment variable VIDEOS_API_KEY.`;

const WAIT = `  --max-wait <time>    the longest wait altogether (default: 30m)
  --interval <time>    the pause between polls (default: 30s, then up to 60s)`;

/** The overview, and one text for each command. */
export const HELP = {
  overview: `Usage: videos-client <command> [options]

Commands:
  create    create a video from a prompt, wait for it and save it
  wait      wait for a task to end, and save its video or print its URL
  save      save the video of a completed task
  get       show the current state of a task
  emulator  run a local emulator of the service, without a key or a bill

Examples:
  videos-client create --prompt "A cat on a skateboard" -o cat.mp4
  videos-client wait video_1234567890 -o cat.mp4
  videos-client emulator

Results go to stdout, everything else to stderr.
Exit codes: 0 done; 1 the task failed, or a permanent error; 2 wrong usage;
3 not finished yet, or a temporary error; 130 interrupted; 143 terminated.

videos-client <command> --help describes a command.
videos-client --version prints the version.
`,
  create: `Usage: videos-client create --prompt <text> [options]

Creates a task, which is billed, waits for it and saves its video. The id is
printed at once: videos-client wait <id> resumes.

  --prompt <text>      what the video shows
  --model <name>       the model (default: videos)
  --duration <seconds> the length of the video (default: 5)
  --ratio <w:h>        the aspect ratio, such as 16:9
  -o, --output <path>  the file, or a folder (default: ./<id>.mp4)
${WAIT}${SERVICE}

Example: videos-client create --prompt "A cat on a skateboard" -o cat.mp4
`,
  wait: `Usage: videos-client wait <id> [options]

Waits for a task to end, then prints the URL of its video, or saves it.

  -o, --output <path>  save the video to this file, or into this folder
${WAIT}${SERVICE}

Example: videos-client wait video_1234567890 --max-wait 1h -o videos/
`,
  save: `Usage: videos-client save <id> [options]

Saves the video of a completed task. Run again after an interruption, it
continues where it was.

  -o, --output <path>  the file, or a folder (default: ./<id>.mp4)${SERVICE}

Example: videos-client save video_1234567890 -o cat.mp4
`,
  get: `Usage: videos-client get <id> [options]

Shows the current state of a task, and prints its URL once it is completed.
With --json it prints the task itself.
${SERVICE}

Example: videos-client get video_1234567890 --json
`,
  emulator: `Usage: videos-client emulator [options]

Runs a local emulator of the service, for programs in any language.

  --port <number>        the API's port; 0 for any free one (default: 4010)
  --host <address>       the address to listen on (default: 127.0.0.1)
  --files-port <number>  the port of the files (default: any free one)
  --polls <number>       the poll that finds a task completed (default: 3)
  --fail-rate <rate>     the share of requests answered 503, 0 to 1 (default: 0)
  --seed <number>        makes the failures the same in every run
  --api-key <key>        the key that the API expects (default: test-key)
  -h, --help             show this

Example: videos-client emulator --port 8080 --fail-rate 0.2
`,
};
