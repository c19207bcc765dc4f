// Which option was probably meant by an unknown one.

/** How much of a name must agree with a known one, in order, for a suggestion: half finds typing errors and wrong case. */
const LEAST_SIMILARITY = 0.5;

/** How much of a name is compared: the time grows with its square. */
const MAX_LENGTH = 50;

/** Options that were renamed. */
const SUCCESSORS: Readonly<Record<string, string>> = { overwrite: 'ifExists', looks: 'polls' };

/** The known name that was probably meant. */
export function nearestName(name: string, known: string[]): string | undefined {
  const successor = SUCCESSORS[name];
  if (successor !== undefined && known.includes(successor)) return successor;
  let nearest: string | undefined;
  let best = LEAST_SIMILARITY;
  for (const candidate of known) {
    const similarity = similarityOf(lettersOf(name), lettersOf(candidate));
    if (similarity < best || (similarity === best && nearest !== undefined)) continue;
    nearest = candidate;
    best = similarity;
  }
  return nearest;
}

const lettersOf = (name: string) =>
  name
    .slice(0, MAX_LENGTH)
    .toLowerCase()
    .replace(/[^a-z]/g, '');

/** From 0 to 1: the share of both words that is their longest common subsequence. */
function similarityOf(a: string, b: string): number {
  let lengths: number[] = [];
  for (const letter of a) {
    const next = [0];
    for (const [i, other] of [...b].entries()) {
      next.push(letter === other ? at(lengths, i) + 1 : Math.max(at(lengths, i + 1), at(next, i)));
    }
    lengths = next;
  }
  return (2 * at(lengths, b.length)) / (a.length + b.length);
}

const at = (numbers: number[], index: number) => numbers[index] ?? 0;
