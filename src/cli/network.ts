// The whole node for a command that must ask other servers. Loading it takes half a second, so only those commands do.
import type { Config } from '../config.ts';
import type { LookedUp } from '../domain/lookup.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Node } from '../node.ts';
import { ready } from './database.ts';
import { startLogging } from './logging.ts';
import { isOurs } from './places.ts';
import { sayWaiting } from './say.ts';

/** Runs `work` on an open node that does not listen, and closes it whatever happens. @throws WrongConfiguration */
export async function withNode<T>(config: Config, work: (node: Node) => Promise<T>): Promise<T> {
  // The command itself says what went wrong; stack traces are for whoever asks for them.
  if (config.log === 'debug') startLogging(config);
  const { openNode } = await import('../node.ts');
  const node = await ready(config, () => openNode(config));
  try {
    return await work(node);
  } finally {
    await node.close();
  }
}

/** Asks the network who or what `text` names. @throws Refusal `not-found` when nobody answers to it. */
export async function lookUpOrRefuse(node: Node, text: string): Promise<Exclude<LookedUp, { kind: 'nothing' }>> {
  sayWaiting({ th: `กำลังถามเซิร์ฟเวอร์ของ ${text}`, en: `asking the server of ${text}` }, node.config.language);
  const found = await node.lookUp(text);
  if (found.kind === 'nothing') throw new Refusal('not-found', found.telling);
  return found;
}

/** Looks up a post. @throws Refusal `not-found`, or `invalid` when the address is somebody's profile. */
export async function postOrRefuse(node: Node, url: string): Promise<Extract<LookedUp, { kind: 'post' }>> {
  const found = await lookUpOrRefuse(node, url);
  if (found.kind === 'post') return found;
  throw new Refusal('invalid', {
    th: `${url} เป็นหน้าของบัญชี ไม่ใช่บันทึก เปิดบันทึกที่ต้องการแล้วคัดลอกที่อยู่ของบันทึกนั้น`,
    en: `${url} is an account, not a post; open the post and copy its own address`,
  });
}

/** Looks up an account on another server. @throws Refusal `not-found`, or `invalid` when it is ours or a post. */
export async function accountOrRefuse(node: Node, account: string): Promise<Extract<LookedUp, { kind: 'actor' }>> {
  if (isOurs(account, node.config.origin)) {
    throw new Refusal('invalid', {
      th: `${account} เป็นของเวทีนี้เอง ใช้บัญชีที่เซิร์ฟเวอร์อื่น`,
      en: `${account} belongs to this node; name an account on another server`,
    });
  }
  const found = await lookUpOrRefuse(node, account);
  if (found.kind === 'actor') return found;
  const author = `@${found.author.handle}@${found.author.host}`;
  throw new Refusal('invalid', {
    th: `${account} เป็นบันทึก ไม่ใช่บัญชี ใช้บัญชีของผู้เขียน ${author} แทน`,
    en: `${account} is a post, not an account; name its author ${author} instead`,
  });
}
