// What may stand where it should not in an activity: values, keys and contexts that have broken parsers, JSON-LD processors
// or databases somewhere. Values are JSON text, because half of them cannot be written by JSON.stringify.

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":${i}`).join(',')}}`;

/** JSON, or what only looks like it. */
export const VALUES: readonly string[] = [
  ...['null', 'true', '0', '-0', '1e999', '1e-999', '9007199254740993', 'NaN', 'undefined', '01', "'x'", '[1,]', '{,}'],
  ...[
    '""',
    '"x"',
    '[]',
    '{}',
    '[null]',
    '[[]]',
    '[{}]',
    '{"":""}',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u202e"',
  ],
  ...['{"a":1,"a":2}', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}', '{"then":"x"}'],
  ...[nested(31), nested(40), nested(100_000), `[${'0,'.repeat(1_200)}0]`, keys(2_000), `"${'ก'.repeat(30_000)}"`],
  ...[
    '"http://[::1"',
    '"http://[::1]/"',
    '"https://"',
    '"https://a b/"',
    '"https://u:p@127.0.0.1/"',
    '"//127.0.0.1/x"',
  ],
  ...[
    '"javascript:alert(1)"',
    '"data:text/html,x"',
    '"file:///etc/passwd"',
    '"urn:x"',
    '"acct:a@b"',
    '"#x"',
    '"_:b0"',
    '"did:key:z"',
  ],
  ...[
    '"2026-13-45T99:99:99Z"',
    '"+275760-09-13T00:00:00Z"',
    '"-271821-04-19T23:59:59Z"',
    '"1969-12-31T23:59:59Z"',
    '"PT1H"',
  ],
  ...[
    '{"@value":"x","@language":"x_"}',
    '{"@value":1}',
    '{"@value":null}',
    '{"@value":[]}',
    '{"@value":"x","@type":"@json"}',
  ],
  ...[
    '{"@id":"x"}',
    '{"@id":1}',
    '{"@list":[1,[2]]}',
    '{"@set":[]}',
    '{"@type":"x"}',
    '{"@type":[]}',
    '{"x_":"y"}',
    '{"th":1}',
  ],
  ...[
    '{"type":"Note"}',
    '{"type":["Note","Article"]}',
    '{"type":"Link"}',
    '{"type":"Link","href":"x"}',
    '{"type":"Hashtag","name":1}',
  ],
  ...[
    '{"type":"Key","publicKeyPem":"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----"}',
    '{"type":"Multikey"}',
  ],
  ...[
    '{"type":"Collection","totalItems":-1}',
    '{"type":"Image","url":"x","width":"-1"}',
    '{"type":"Place","latitude":"north"}',
  ],
  ...['"https://www.w3.org/ns/activitystreams#Public"', '"as:Public"', '"Public"', '["as:Public","as:Public"]'],
];

/** Keys that mean something to JSON-LD, to JavaScript or to a vocabulary. */
export const KEYS: readonly string[] = [
  ...'@graph @included @reverse @id @type @context @nest @base @vocab @value @language @list @set @index @json @none'.split(
    ' ',
  ),
  ...'__proto__ constructor toString hasOwnProperty then length'.split(' '),
  ...'id type actor object target origin result instrument url href name summary content contentMap nameMap summaryMap'.split(
    ' ',
  ),
  ...'attributedTo inReplyTo to cc bto bcc audience published updated deleted duration mediaType source tag attachment'.split(
    ' ',
  ),
  ...'icon image endpoints publicKey assertionMethod proof signature replies likes shares quoteUrl quote context'.split(
    ' ',
  ),
  ...'as:actor as:object sec:proof https://www.w3.org/ns/activitystreams#actor http://schema.org/name _:b0'.split(' '),
];

const AS = 'https://www.w3.org/ns/activitystreams';

/** Contexts as JSON text; `{peer}` is the sender's own origin. */
export const CONTEXTS: readonly string[] = [
  ...[
    'null',
    '[]',
    '{}',
    '""',
    '"x"',
    '1',
    `"${AS}"`,
    `["${AS}",null]`,
    `["${AS}",[]]`,
    `["${AS}","${AS}"]`,
    `[["${AS}"]]`,
  ],
  ...[`["${AS}","https://w3id.org/security/v1"]`, `["${AS}","https://schema.org/"]`, `["${AS}","http://schema.org"]`],
  ...[
    `["${AS}","https://evil.example/ns"]`,
    `["${AS}","http://127.0.0.1:9/ns"]`,
    `["${AS}","file:///etc/passwd"]`,
    `["${AS}","//x"]`,
  ],
  ...[`["${AS}",{"actor":"${AS}#object"}]`, `["${AS}",{"x":"${AS}#actor"}]`, `["${AS}",{"@vocab":"${AS}#"}]`],
  ...[
    `["${AS}",{"@base":"https://evil.example/"}]`,
    `["${AS}",{"@import":"https://evil.example/ns"}]`,
    `["${AS}",{"@propagate":false}]`,
  ],
  ...[
    `["${AS}",{"a":"b:x","b":"a:x"}]`,
    `["${AS}",{"x":{"@id":"a:b","@context":{"y":"z:z"}}}]`,
    `["${AS}",{"x":{"@reverse":"as:actor"}}]`,
  ],
  ...[
    `["${AS}",{"x":{"@id":"y:y","@container":"@graph"}}]`,
    `["${AS}",{"x":{"@id":"y:y","@type":"@json"}}]`,
    `["${AS}",{"x":1}]`,
  ],
  ...[
    `["${AS}",{"@version":1.1,"@language":"x_"}]`,
    `["${AS}",{"toot":"http://joinmastodon.org/ns#","Emoji":"toot:Emoji"}]`,
  ],
  ...[`["${AS}",{"@language":"th"}]`, `["${AS}",{"x":null}]`, `["${AS}",{"content":null}]`, `["${AS}",${nested(40)}]`],
];

/** Contexts that stand nowhere in Fedify's own set: what they cost in requests is counted by itself. */
export const FOREIGN_CONTEXTS: readonly string[] = [
  ...[
    `["${AS}","https://w3id.org/nowhere/v1"]`,
    `["${AS}","https://www.w3.org/ns/nowhere","https://purl.archive.org/nowhere"]`,
  ],
  ...[`["${AS}","{peer}/context"]`, `["${AS}","{peer}/context","{peer}/other"]`, `["${AS}","{peer}/missing"]`],
];

/** Header lines that a sender may write over those that would be there. */
export const HEADERS: readonly [name: string, value: string][] = [
  ['content-type', 'application/json'],
  ['content-type', 'text/plain'],
  ['content-type', 'multipart/form-data; boundary=x'],
  ['content-type', 'application/ld+json'],
  ['content-type', 'application/activity+json; charset=utf-16'],
  ['content-type', `${';'.repeat(4_000)}`],
  ['content-encoding', 'gzip'],
  ['content-length', '0'],
  ['content-length', '99999999'],
  ['content-length', '-1'],
  ['content-length', '1, 2'],
  ['content-length', '0x10'],
  ['transfer-encoding', 'chunked'],
  ['transfer-encoding', 'gzip, chunked'],
  ['transfer-encoding', 'identity'],
  ['expect', '100-continue'],
  ['expect', 'x'],
  ['upgrade', 'h2c'],
  ['host', 'evil.example'],
  ['host', '[::1'],
  ['host', ''],
  ['host', 'a b'],
  ['host', '\u00e9'],
  ['x-forwarded-for', 'x, [::1]:1'],
  ['x-forwarded-for', ','.repeat(3_000)],
  ['x-forwarded-proto', 'javascript'],
  ['x-forwarded-host', '@'],
  ['date', 'yesterday'],
  ['date', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ['date', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ['digest', 'SHA-256='],
  ['digest', 'md5=x,SHA-256=x'],
  ['content-digest', 'sha-256=:x:'],
  ['content-digest', 'sha-256=:'],
  ['signature', ''],
  ['signature', 'x'],
  ['signature', 'keyId="http://[::1",algorithm="rsa-sha256",headers="date",signature="AAAA"'],
  ['signature', `sig1=:${'A'.repeat(3_000)}:`],
  ['signature', Array.from({ length: 300 }, (_, i) => `s${i}=:AAAA:`).join(',')],
  ['signature-input', ''],
  ['signature-input', 'sig1=()'],
  ['signature-input', 'sig1=("@method" "@target-uri" "content-digest");created=x;keyid=1'],
  ['signature-input', 'sig1=("@method";req "@query-param";name="x");created=1'],
  ['signature-input', '('.repeat(5_000)],
  ['accept', 'text/html'],
  ['accept', '*/*;q=x'],
  ['accept-language', 'x_,*;q=9'],
  ['cookie', '__Host-wethi=x; wethi=%00; ='],
  ['origin', 'null'],
  ['connection', 'keep-alive, upgrade, content-length'],
  ['x-long', 'x'.repeat(20_000)],
  ['x-bytes', '\u0080\u00ff\t\u00a0'],
];
