// What a PostgreSQL server calls out: that something shown has changed, and that there is work. One board for each database and
// process, read from a connection of its own; what is asked of it is answered from memory at once.
import pg from 'pg';
import type { Work } from './database.ts';

/** The channel of changes to what readers see; its payload is the transaction's number. The triggers are in 0004. */
export const SHOWN = 'wethi_shown';
/** The channel of added work; its payload is the table's name. */
const ADDED = 'wethi_added';

/** Milliseconds before the server is called again after the connection broke. */
const AGAIN_MS = 1_000;

/** How often the server is asked whether it still hears us, and how long it may take to answer, in milliseconds. */
const PULSE_MS = 5_000;

/** Transactions whose news is remembered, because every connection of this process that listens brings it once more. */
const REMEMBERED = 256;

const boards = new Map<string, Board>();

/** The board of the database at `address`, the same for all handles of this process. */
export function boardOf(address: string): Board {
  let board = boards.get(address);
  if (board === undefined) {
    board = openBoard(address);
    boards.set(address, board);
  }
  return board;
}

/** What a connection was told. */
interface Called {
  channel: string;
  payload?: string | undefined;
}

export interface Board {
  /** See `shownVersion` of database.ts. Calls the server at the first question; until it listens no number comes twice. */
  shown(): number;
  whenAdded(listener: (work: Work) => void): () => void;
  read(called: Called): void;
  /** Counts a handle; the returned function lets it go, and with the last one the connection. */
  join(): () => Promise<void>;
}

function openBoard(address: string): Board {
  const seen = new Set<string>();
  const listeners = new Set<(work: Work) => void>();
  const handles = new Set<object>();
  let version = 0;
  const ear = openEar(address, {
    read,
    opened() {
      // Whatever was called out before went unheard.
      version++;
      for (const work of ['happenings', 'deliveries', 'messages'] as const) ring(work);
    },
  });

  function ring(work: Work): void {
    for (const listener of [...listeners]) listener(work);
  }

  function read({ channel, payload = '' }: Called): void {
    if (channel === ADDED) ring(payload as Work);
    if (channel !== SHOWN || seen.has(payload)) return;
    version++;
    seen.add(payload);
    const [oldest] = seen;
    if (seen.size > REMEMBERED && oldest !== undefined) seen.delete(oldest);
  }

  return {
    read,
    shown: () => (ear.isOpen() ? version : ++version),
    whenAdded(listener) {
      listeners.add(listener);
      ear.open();
      return () => void listeners.delete(listener);
    },
    join() {
      const handle = {};
      handles.add(handle);
      return async () => {
        if (!handles.delete(handle) || handles.size > 0) return;
        boards.delete(address);
        await ear.close();
      };
    },
  };
}

/** A connection that only listens, called anew whenever it breaks. `opened` comes each time before anything is read. */
function openEar(address: string, { read, opened }: { read: (called: Called) => void; opened: () => void }) {
  let client: pg.Client | null = null;
  let listening = false;
  let closed = false;
  let again: NodeJS.Timeout | undefined;
  let pulse: NodeJS.Timeout | undefined;

  function open(): void {
    if (client !== null || closed) return;
    const calling = new pg.Client({
      connectionString: address,
      application_name: 'wethi listener',
      connectionTimeoutMillis: PULSE_MS,
      query_timeout: PULSE_MS,
    });
    client = calling;
    calling.on('notification', read);
    calling.on('error', () => broken(calling));
    calling.on('end', () => broken(calling));
    calling
      .connect()
      .then(() => listen(calling))
      .catch(() => broken(calling));
  }

  async function listen(calling: pg.Client): Promise<void> {
    await calling.query(`listen ${SHOWN}; listen ${ADDED}`);
    if (client !== calling) return;
    listening = true;
    // A cable that was pulled tells nobody: without this, old pages would be answered for as long as it stays out.
    pulse = setInterval(() => void calling.query('select').catch(() => broken(calling)), PULSE_MS).unref();
    opened();
  }

  /** Nothing is believed from here on until the server listens to us anew. */
  function broken(calling: pg.Client): void {
    if (client !== calling) return;
    client = null;
    listening = false;
    clearInterval(pulse);
    calling.connection.stream.destroy();
    again = setTimeout(open, AGAIN_MS).unref();
  }

  return {
    open,
    /** Whether it hears; if not, it is opened. */
    isOpen(): boolean {
      if (!listening) open();
      return listening;
    },
    async close(): Promise<void> {
      closed = true;
      const open = client;
      client = null;
      clearTimeout(again);
      clearInterval(pulse);
      await open?.end();
    },
  };
}
