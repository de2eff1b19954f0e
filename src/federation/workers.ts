// Those who work in the background: the teller of happenings and of feeds, the postman, the listener to inbound mail, and
// whoever looks whether the pages that we link to link back.
import type { Federation } from '@fedify/fedify';
import { getLogger } from '@logtape/logtape';
import { tidy } from '../domain/tidy.ts';
import { deliverHappenings } from './deliver.ts';
import type { Egress } from './egress.ts';
import type { Here } from './here.ts';
import { tellHub } from './hub.ts';
import { openKv } from './kv.ts';
import { post, type Schemes } from './post.ts';
import { Bell, hearOthers } from './queue/bell.ts';
import { pruneDelivered } from './queue/dead-letters.ts';
import { releaseLeases } from './queue/lanes.ts';
import { openPostman } from './queue/postman.ts';
import { checkLinks } from './verified-links.ts';

const logger = getLogger(['wethi', 'federation']);

/** Requests that one inbound request, one look-up or one posting may cause, and how long all may take together. */
export const BUDGET = { requestsMax: 12, deadline: 60_000 };

const TELL_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 3_600_000;
const LOOK_EVERY_MS = 60_000;
const DELIVERED_KEPT_MS = 30 * 24 * 3_600_000;

interface Workshop {
  here: Here;
  federation: Federation<Here>;
  egress: Egress;
  /** Practice mode keeps everything at home. */
  mouth: 'open' | 'closed';
}

/** Prepares the workers. `wake` has what was just written told at once; `stop` waits for what is under way. */
export function openWorkers({ here, federation, egress, mouth }: Workshop) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const schemes: Schemes = new Map();
  const written = new Bell();
  let working: Promise<unknown> = Promise.resolve();
  let broom: NodeJS.Timeout | undefined;
  let deaf: () => void = () => undefined;

  async function tellOn(): Promise<void> {
    while (!signal.aborted) {
      const since = written.rings;
      // One that holds up the rest is tried once a second, however often somebody writes meanwhile.
      const bell = (await tellAll()) === 'stuck' ? new Bell() : written;
      await bell.wait({ since: bell === written ? since : 0, ms: TELL_EVERY_MS, signal });
    }
  }

  async function tellAll(): Promise<'done' | 'stuck'> {
    try {
      return (await deliverHappenings(here, { mouth })).stuck ? 'stuck' : 'done';
    } catch (error) {
      logger.error('Telling failed and will be tried again: {error}', { error });
      return 'stuck';
    }
  }

  async function tellHubOn(): Promise<void> {
    while (!signal.aborted) {
      const since = written.rings;
      try {
        await tellHub(here, { egress, mouth, signal });
      } catch (error) {
        if (!signal.aborted) logger.error('The hub could not be told and will be: {error}', { error });
      }
      await written.wait({ since, ms: TELL_EVERY_MS, signal });
    }
  }

  /** Has a look around from time to time; the first one at once, for a link may have been added while the node was down. */
  async function lookOn(): Promise<void> {
    while (!signal.aborted) {
      try {
        await checkLinks(here, { scope: egress.scope, signal });
      } catch (error) {
        logger.error('Looking at links failed and will be tried again: {error}', { error });
      }
      await new Bell().wait({ since: 0, ms: LOOK_EVERY_MS, signal });
    }
  }

  return {
    async start(): Promise<void> {
      await releaseLeases(here.db, { clock: here.clock });
      const postman = openPostman({
        db: here.db,
        clock: here.clock,
        post: (delivery) => egress.scope(BUDGET, () => post(here, { schemes, delivery })),
      });
      const listening = federation.startQueue(here, { signal });
      const telling = tellOn();
      const hub = tellHubOn();
      // In practice mode nobody elsewhere can link to us.
      const looking = mouth === 'open' ? lookOn() : Promise.resolve();
      signal.addEventListener('abort', () => {
        working = Promise.all([telling, hub, looking, listening, postman.stop()]);
      });
      deaf = hearOthers(here.db, { written });
      broom = setInterval(() => void sweep(here), SWEEP_EVERY_MS);
    },
    wake(): void {
      written.ring();
    },
    async stop(): Promise<void> {
      clearInterval(broom);
      deaf();
      stopping.abort();
      await working;
    },
  };
}

/** Throws away what nobody needs any more: stale keys and documents, mail delivered and activities applied long ago. */
async function sweep({ db, clock }: Here): Promise<void> {
  try {
    await openKv(db, { clock }).sweep();
    await pruneDelivered(db, { before: clock.now() - DELIVERED_KEPT_MS });
    await tidy(db, { clock });
  } catch (error) {
    logger.error('Sweeping failed and will be tried again in an hour: {error}', { error });
  }
}
