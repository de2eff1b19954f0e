// Security tests T19–T23, T26, T33: one honest letter for each kind of signature, and the same with one thing bent.
import { describe, expect, test } from 'vitest';
import { openPeer, signCavage, signRfc9421 } from '../peer.ts';
import { createNote, INBOX, NOW, ORIGIN, openDesk, peer, statusOf } from './desk.ts';

const honest = { url: INBOX, activity: createNote(), at: NOW };
const minutes = (n: number) => new Date(NOW.getTime() + n * 60_000);
const seconds = (date: Date) => date.getTime() / 1_000;
const STRONG = ['@method', '@target-uri', 'content-digest'];

describe('draft-cavage', () => {
  test.each([
    ['as Mastodon signs', {}],
    ['as GoToSocial signs', { parameters: { algorithm: 'hs2019' } }],
    ['as snac orders it', { cover: ['(request-target)', 'host', 'digest', 'date'] }],
    ['as Fedify covers it', { cover: ['(request-target)', 'content-type', 'date', 'digest', 'host'] }],
    ['without an algorithm', { parameters: { algorithm: null } }],
    [
      'by (created)',
      { cover: ['(request-target)', '(created)', 'host', 'digest'], parameters: { created: seconds(NOW) } },
    ],
    ['59 minutes late', { at: minutes(-59) }],
    ['59 minutes early', { at: minutes(59) }],
    ['for five minutes', { parameters: { expires: seconds(minutes(5)) } }],
    ['by a key document on the same origin', { keyId: 'https://peer.example/users/peer/main-key' }],
  ])('signed %s it comes in', async (_, changes) => {
    expect(statusOf(await openDesk().admit(signCavage(peer, { ...honest, ...changes })))).toBe(200);
  });

  test.each([
    ['no signature', { afterwards: { signature: null } }],
    ['the path is not covered', { cover: ['host', 'date', 'digest'] }],
    ['the host is not covered', { cover: ['(request-target)', 'date', 'digest'] }],
    ['the digest is not covered', { cover: ['(request-target)', 'host', 'date'] }],
    ['the date is not covered', { cover: ['(request-target)', 'host', 'digest'] }],
    ['the address has a query, which no inbox here has', { url: `${INBOX}?x=1` }],
    ['nothing is covered', { parameters: { headers: '' } }],
    ['what is covered is not said', { parameters: { headers: null } }],
    ['a header that is not there is covered', { cover: ['(request-target)', 'host', 'date', 'digest', 'x-none'] }],
    ['a header is covered twice', { cover: ['(request-target)', 'host', 'host', 'date', 'digest'] }],
    ['(created) is covered and not said', { parameters: { headers: '(request-target) host digest (created)' } }],
    ['no digest', { afterwards: { digest: null } }],
    ['a digest of another body', { headers: { digest: 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' } }],
    ['a digest by SHA-1', { headers: { digest: 'SHA=2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } }],
    ['two digests', { headers: { digest: 'SHA-256=AAAA,SHA-256=BBBB' } }],
    ['no date', { afterwards: { date: null } }],
    ['a date that is none', { headers: { date: 'yesterday' } }],
    ['61 minutes late', { at: minutes(-61) }],
    ['61 minutes early', { at: minutes(61) }],
    ['made in the future', { parameters: { created: seconds(minutes(61)) } }],
    ['ended a minute ago', { parameters: { expires: seconds(minutes(-1)) } }],
    ['to end in ten years', { parameters: { expires: seconds(NOW) + 315_360_000 } }],
    ['an algorithm nobody uses', { parameters: { algorithm: 'rsa-sha1' } }],
    ['a signature that is not base64', { parameters: { signature: '?!' } }],
    ['no signature value', { parameters: { signature: null } }],
    ['no key id', { parameters: { keyId: null } }],
    ['a key id without a scheme', { keyId: 'peer.example/users/peer' }],
    ['a key id by http', { keyId: 'http://peer.example/users/peer#main-key' }],
    ['a key id with a user name', { keyId: 'https://peer.example@peer.example/users/peer#main-key' }],
    ['a key id of 3,000 characters', { keyId: `https://peer.example/${'x'.repeat(3_000)}` }],
    ['a key of another origin', { keyId: 'https://evil.example/users/peer#main-key' }],
    ['a key of another port', { keyId: 'https://peer.example:8443/users/peer#main-key' }],
    ['another host', { headers: { host: 'other.example' } }],
  ])('§15.91 %s: 401', async (_, changes) => {
    expect(statusOf(await openDesk().admit(signCavage(peer, { ...honest, ...changes })))).toBe(401);
  });

  test('two signatures in one header: 401', async () => {
    const letter = signCavage(peer, honest);
    letter.headers.signature = `${letter.headers.signature},${letter.headers.signature}`;
    expect(statusOf(await openDesk().admit(letter))).toBe(401);
  });

  test('§15.91 a body swapped after signing: 401', async () => {
    const letter = signCavage(peer, honest);
    const { bytes } = signCavage(peer, { ...honest, activity: createNote({}, { content: 'อื่น' }) });
    expect(statusOf(await openDesk().admit({ ...letter, bytes }))).toBe(401);
  });

  test('200 signatures in one header: 401 at once', async () => {
    const letter = signCavage(peer, { ...honest, cover: ['(request-target)', 'host', 'date', 'digest'] });
    letter.headers.signature = Array(200).fill(letter.headers.signature).join(',');
    const start = performance.now();
    expect(statusOf(await openDesk().admit(letter))).toBe(401);
    expect(performance.now() - start).toBeLessThan(250);
  });

  test('a key by http comes in under the private-address flag only', async () => {
    const neighbour = openPeer('http://127.0.0.1:8102');
    const note = { id: 'http://127.0.0.1:8102/n/1', attributedTo: neighbour.actor };
    const activity = createNote({ id: 'http://127.0.0.1:8102/a/1', actor: neighbour.actor }, note);
    const letter = signCavage(neighbour, { ...honest, activity });
    expect(statusOf(await openDesk({ allowPrivateAddress: true }).admit(letter))).toBe(200);
    expect(statusOf(await openDesk().admit(letter))).toBe(401);
  });
});

describe('RFC 9421', () => {
  test.each([
    ['as Fedify and Mastodon sign', {}],
    ['over authority and path', { labels: [{ cover: ['@method', '@authority', '@path', 'content-digest'] }] }],
    ['over more', { labels: [{ cover: [...STRONG, 'content-type', 'content-length'] }] }],
    ['with a nonce and an end', { labels: [{ parameters: { nonce: 'abc', expires: seconds(minutes(5)) } }] }],
    ['twice by one key', { labels: [{}, {}] }],
    ['59 minutes late', { at: minutes(-59) }],
  ])('signed %s it comes in', async (_, changes) => {
    expect(statusOf(await openDesk().admit(signRfc9421(peer, { ...honest, ...changes })))).toBe(200);
  });

  test.each([
    ['covers nothing', { labels: [{ cover: [] }] }],
    ['covers the scheme alone', { labels: [{ cover: ['@scheme'] }] }],
    ['covers the content type alone', { labels: [{ cover: ['content-type'] }] }],
    ['the method is not covered', { labels: [{ cover: ['@target-uri', 'content-digest'] }] }],
    ['the target is not covered', { labels: [{ cover: ['@method', 'content-digest'] }] }],
    ['the path alone is covered', { labels: [{ cover: ['@method', '@path', 'content-digest'] }] }],
    ['the digest is there and not covered', { labels: [{ cover: ['@method', '@target-uri'] }] }],
    ['one of two labels is weak', { labels: [{}, { cover: ['@method'] }] }],
    ['three labels', { labels: [{}, {}, {}] }],
    ['two labels name two keys', { labels: [{}, { parameters: { keyid: 'https://peer.example/k2' } }] }],
    ['a component with a parameter', { labels: [{ cover: [...STRONG, 'content-type";sf;x="'] }] }],
    ['no digest', { afterwards: { 'content-digest': null } }],
    ['a digest of another body', { headers: { 'content-digest': 'sha-256=:AAAA:' } }],
    ['a digest by md5', { headers: { 'content-digest': 'md5=:AAAA:' } }],
    ['no time', { labels: [{ parameters: { created: null } }] }],
    ['61 minutes late', { at: minutes(-61) }],
    ['61 minutes early', { at: minutes(61) }],
    ['ended a minute ago', { labels: [{ parameters: { expires: seconds(minutes(-1)) } }] }],
    ['to end in ten years', { labels: [{ parameters: { expires: seconds(NOW) + 315_360_000 } }] }],
    ['no key id', { labels: [{ parameters: { keyid: null } }] }],
    ['a key of another origin', { keyId: 'https://evil.example/users/peer#main-key' }],
    ['an unknown algorithm', { labels: [{ parameters: { alg: 'hmac-sha256' } }] }],
    ['no signature value', { afterwards: { signature: 'sig2=:AAAA:' } }],
    [
      'a draft-cavage Signature beside it',
      { afterwards: { signature: 'keyId="https://peer.example/k",headers="date"' } },
    ],
    ['another host', { headers: { host: 'other.example' } }],
  ])('§15.91 %s: 401', async (_, changes) => {
    expect(statusOf(await openDesk().admit(signRfc9421(peer, { ...honest, ...changes })))).toBe(401);
  });

  test('a label given twice: 401', async () => {
    const letter = signRfc9421(peer, honest);
    letter.headers['signature-input'] = `sig1=();created=1;keyid="x", ${letter.headers['signature-input']}`;
    expect(statusOf(await openDesk().admit(letter))).toBe(401);
  });
});

test('what comes in says its key, for the report that follows', async () => {
  const admission = await openDesk().admit(signCavage(peer, honest));
  expect(admission.ok && admission.arrival.keyId).toBe(`${peer.actor}#main-key`);
});

test('our host is compared without regard to case', async () => {
  const letter = signCavage(peer, { ...honest, headers: { host: new URL(ORIGIN).host.toUpperCase() } });
  expect(statusOf(await openDesk().admit(letter))).toBe(200);
});
