// Before we ask another server at the wish of a page that is not ours, the reader says that it is their wish too.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { hidden } from './fields.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

/**
 * The page at `path.authorizeInteraction` for who was sent there. Posts `uri` and `act`, which is `look`, to the same path. `kept` is what was
 * written before the other server failed to answer; it is shown, and sent along again.
 */
export function lookUpPage(
  shell: Shell,
  { uri, kept }: { uri: string; kept?: { blog: string; text: string; why: string } },
): Html {
  const w = words(shell.language).interaction;
  const body = html`<div class="narrow gate"><h1>${w.lookUp}</h1>
${kept && html`<div class="notice bad" role="alert"><strong>${kept.why}</strong></div>`}
<p><code class="copy">${uri}</code></p>
<p>${w.lookUpWhat}</p>
<form action="${link(shell, path.authorizeInteraction())}" method="post" class="flow">${hidden('uri', uri)}${kept && html`${hidden('blog', kept.blog)}<div class="field"><label for="kept">${words(shell.language).answer.text}</label><textarea id="kept" name="text">${kept.text}</textarea></div>`}<button class="button main" name="act" value="look">${w.lookUpAct}</button></form>
<p><a class="plain" href="${link(shell, path.desk())}">${w.cancel}</a></p></div>`;
  return layout(shell, { title: w.lookUp, robots: 'noindex' }, body);
}
