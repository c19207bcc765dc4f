// The throughput and the memory of saving a file.
import { codeOf, format, interleave, median, runChild, type Section, table, withServer } from './measure.ts';

const ROUNDS = 5;
const MiB = 2 ** 20;
const SIZES = { '1 GiB': 1024 * MiB };

/** What saves, with its name in the table. */
const CONTESTANTS = {
  saveVideo: '**videos-client**, `saveVideo`',
  pipeline: '`fetch` and `stream.pipeline`',
  curl: '`curl`',
};
type Contestant = keyof typeof CONTESTANTS;

type Run = Record<'ms' | 'peak', number>;

export async function download(): Promise<Section> {
  const rows: string[][] = [];
  const summaries: string[] = [];
  for (const [label, bytes] of Object.entries(SIZES)) {
    const runs = await withServer(({ url }) =>
      interleave(Object.keys(CONTESTANTS) as Contestant[], ROUNDS, (name) =>
        runChild<Run>('download.mjs', [name, codeOf('save-video'), `${url}/files/${bytes}`]),
      ),
    );
    const speedOf = (name: Contestant) =>
      bytes / MiB / (median((runs.get(name) ?? []).map(({ ms }) => ms)) / 1_000);
    const peakOf = (name: Contestant) => format(median((runs.get(name) ?? []).map(({ peak }) => peak)));
    const share = (name: Contestant, of: Contestant) => `${format((100 * speedOf(name)) / speedOf(of))} %`;
    for (const [name, title] of Object.entries(CONTESTANTS) as [Contestant, string][]) {
      // Of curl, the process that started it would be measured.
      rows.push([
        label,
        title,
        format(speedOf(name)),
        share(name, 'pipeline'),
        share(name, 'curl'),
        name === 'curl' ? '' : peakOf(name),
      ]);
    }
    summaries.push(
      `${label} at ${share('saveVideo', 'pipeline')} of the throughput of \`fetch\` with \`stream.pipeline\`, ${share('saveVideo', 'curl')} of \`curl\`'s, peak memory ${peakOf('saveVideo')} MiB`,
    );
  }
  return {
    summary: `**Download**: ${summaries.join('; ')}.`,
    text: `## Download

One video from a server on loopback into a file in memory; every run is a process of its own. Median of ${ROUNDS} runs.

${table(['', '', 'MiB/s', "of the pipeline's", "of curl's", 'peak RSS, MiB'], rows)}
`,
  };
}
