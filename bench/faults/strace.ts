// Reads what strace wrote down of a server: which answers went out before the disk had what they acknowledge.

export interface Acknowledgements {
  /** 303 answers to a POST. */
  forms: number;
  /** 202 answers to a POST. */
  letters: number;
  /** Answers among them with no sync of the log between their request and them. */
  unsynced: number;
  /** Answers among them that went out while something written to the log had not been synced. */
  ahead: number;
  writes: number;
  syncs: number;
}

interface Call {
  name: string;
  /** What the descriptor stands for: `TCP:[…->…]` or a path. */
  place: string;
  /** What was read or written, as far as strace shows it. */
  text: string;
  result: number;
}

/** `trace` is the output of `strace -f -yy -o`, for read, write, pwrite and sync calls. */
export function acknowledgementsIn(trace: string): Acknowledgements {
  const seen: Acknowledgements = { forms: 0, letters: 0, unsynced: 0, ahead: 0, writes: 0, syncs: 0 };
  /** Per connection: how many syncs there had been when its POST came. */
  const asked = new Map<string, number>();
  let dirty = false;
  for (const { name, place, text, result } of callsIn(trace)) {
    const onLog = place.endsWith('-wal');
    if (name.startsWith('pwrite') && onLog) {
      seen.writes++;
      dirty = true;
    } else if (name.endsWith('sync') && onLog && result === 0) {
      seen.syncs++;
      dirty = false;
    } else if (name === 'read' && text.startsWith('POST ')) {
      asked.set(place, seen.syncs);
    } else if (name === 'read' && /^[A-Z]+ \//.test(text)) {
      asked.delete(place);
    } else if (name.startsWith('write') && asked.has(place)) {
      const status = text.match(/^HTTP\/1\.1 (202|303)/)?.[1];
      if (status === undefined) continue;
      if (status === '303') seen.forms++;
      else seen.letters++;
      if (asked.get(place) === seen.syncs) seen.unsynced++;
      if (dirty) seen.ahead++;
      asked.delete(place);
    }
  }
  return seen;
}

/** The calls in the order of their ends; those of another thread that came in between cut a line in two. */
function* callsIn(trace: string): Generator<Call> {
  const begun = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, thread = '', rest = ''] = line.match(/^(\d+) +(.*)$/) ?? [];
    if (rest.endsWith(' <unfinished ...>')) {
      begun.set(thread, rest.slice(0, -' <unfinished ...>'.length));
      continue;
    }
    const resumed = rest.match(/^<\.\.\. \w+ resumed>(.*)$/)?.[1];
    const call = resumed === undefined ? rest : (begun.get(thread) ?? '') + resumed;
    const parts = call.match(/^(\w+)\(\d+<(.*?)>(?:, (?:\[\{iov_base=)?"(.*?)"|[,)]| ).*= (-?\d+)/);
    if (parts === null) continue;
    const [, name = '', place = '', text = '', result = ''] = parts;
    yield { name, place, text, result: Number(result) };
  }
}
