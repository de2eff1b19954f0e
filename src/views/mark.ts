// The mark: four people and a speaker round a low stage. The turmeric seat is always upper right.
import { html } from 'hono/html';

/** The mark in the colour of the text around it. Decoration: the words beside it say the name. */
export const mark = html`<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><g fill="currentColor"><circle cx="3.6" cy="22.4" r="2.7"/><circle cx="7.2" cy="13.4" r="2.7"/><circle cx="16" cy="9.6" r="2.7"/><circle cx="28.4" cy="22.4" r="2.7"/><path d="M8.6 25.1a7.4 7.4 0 0 1 14.8 0z"/></g><circle cx="24.8" cy="13.4" r="2.7" fill="#f2b01e"/></svg>`;
