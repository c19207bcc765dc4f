// Commands as a person can paste them into a shell.

/** A word that no shell changes; quoted for POSIX shells if that is needed. */
function word(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command that runs this program with these arguments. */
export function command(...args: string[]): string {
  return ['npx', 'videos-client', ...args].map(word).join(' ');
}
