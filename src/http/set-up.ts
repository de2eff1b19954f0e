// The first run: the page behind the one-time link, and the plain one that says where that link is.
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { checkHandle } from '../domain/handles.ts';
import { PASSWORD_MIN, type Person } from '../domain/people.ts';
import { Refusal, type Telling } from '../domain/refusal.ts';
import { setUpLinkGone, setUpSecretOpens } from '../domain/sessions.ts';
import { type FirstRun, setUpNode } from '../domain/set-up.ts';
import { path } from '../urls.ts';
import { homePage } from '../views/home-page.ts';
import { type SetUpField, type SetUpPageProps, setUpPage } from '../views/set-up-page.ts';
import type { Asking, Env } from './door.ts';
import { type Form, formOf } from './forms.ts';
import { wantsActivity } from './negotiation.ts';
import { organisationOf, shellOf, show } from './pages.ts';
import { goTo } from './redirects.ts';
import { signIn } from './session.ts';
import { nothingHere } from './tellings.ts';

/** What `domain/people` asks of a password; the form says it before it is refused. */
const UNFILLED: SetUpPageProps['values'] = {
  organisationName: '',
  organisationHandle: '',
  area: '',
  summary: '',
  name: '',
  username: '',
  blogTitle: '',
  blogHandle: '',
};
const FIELDS = Object.keys(UNFILLED) as (keyof typeof UNFILLED)[];

/** Before set-up every page leads to the one that says how to do it. */
export const onlyAfterSetUp = createMiddleware<Env>(async (c, next) => {
  if (c.req.path === path.setUp() || (await organisationOf(c)) !== null) return await next();
  if (wantsActivity(c)) throw nothingHere();
  return goTo(c, path.setUp());
});

export const setUp = new Hono<Env>()
  .get(path.setUp(), async (c) => {
    const key = c.req.query('key') ?? '';
    if (key === '') return await showWhereTheLinkIs(c);
    await checkKey(c, key);
    return await show(c, setUpPage(await shellOf(c), formProps(key, { values: UNFILLED, errors: {} })));
  })
  .post(path.setUp(), async (c) => {
    const form = await formOf(c);
    const key = form.text('key');
    await checkKey(c, key);
    const values = valuesOf(form);
    const tried = await trySetUp(c, { key, values, password: form.text('password') });
    if (tried.ok) {
      await signIn(c, tried.person);
      return goTo(c, path.desk());
    }
    const shell = await shellOf(c);
    const errors = Object.fromEntries(tried.problems.map(({ field, telling }) => [field, telling[shell.language]]));
    return await show(c, setUpPage(shell, formProps(key, { values, errors })), 422);
  });

async function showWhereTheLinkIs(c: Asking): Promise<Response> {
  if ((await organisationOf(c)) !== null) return goTo(c, path.home());
  const nothing = { entries: [], blogs: [], tags: [], featured: null, pager: { newer: null, older: null } };
  return await show(
    c,
    homePage(await shellOf(c), { ...nothing, figures: { blogs: 0, entries: 0, comments: 0 }, links: [] }),
  );
}

/** @throws Refusal `gone` for a used, expired or invented link. */
async function checkKey(c: Asking, key: string): Promise<void> {
  const { pages, clock } = c.var.deps;
  if (!(await setUpSecretOpens(pages, { secret: key, clock }))) throw setUpLinkGone();
}

function formProps(key: string, rest: Pick<SetUpPageProps, 'values' | 'errors'>): SetUpPageProps {
  return { key, passwordLengthMin: PASSWORD_MIN, ...rest };
}

function valuesOf(form: Form): SetUpPageProps['values'] {
  return Object.fromEntries(FIELDS.map((field) => [field, form.text(field).trim()])) as SetUpPageProps['values'];
}

interface Problem {
  field: SetUpField | 'form';
  telling: Telling;
}

async function trySetUp(
  c: Asking,
  { key, values, password }: { key: string; values: SetUpPageProps['values']; password: string },
): Promise<{ ok: true; person: Person } | { ok: false; problems: Problem[] }> {
  const { db, origin, clock } = c.var.deps;
  const problems = handleProblems(values);
  if (problems.length > 0) return { ok: false, problems };
  const firstRun: FirstRun = {
    organisation: {
      name: values.organisationName,
      handle: values.organisationHandle,
      area: values.area === '' ? null : values.area,
      summary: values.summary,
    },
    administrator: { username: values.username, name: values.name, password },
    blog: { title: values.blogTitle, handle: values.blogHandle },
  };
  try {
    return { ok: true, person: await setUpNode(db, { secret: key, firstRun, origin, clock }) };
  } catch (error) {
    if (!(error instanceof Refusal) || !['invalid', 'conflict'].includes(error.kind)) throw error;
    return { ok: false, problems: [{ field: fieldOf(error, values), telling: error.telling }] };
  }
}

/** Both handles are looked at before anything is tried: the refusal of one would not say which of the two it means. */
function handleProblems(values: SetUpPageProps['values']): Problem[] {
  const problems: Problem[] = [];
  for (const field of ['organisationHandle', 'blogHandle'] as const) {
    try {
      checkHandle(values[field]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push({ field, telling: error.telling });
    }
  }
  return problems;
}

/** The field of the form that a refusal of the domain is about. */
function fieldOf({ kind, field }: Refusal, values: SetUpPageProps['values']): SetUpField | 'form' {
  switch (field) {
    case 'name':
      return 'organisationName';
    case 'title':
      return 'blogTitle';
    case 'handle':
      return kind === 'conflict' && values.blogHandle === values.organisationHandle
        ? 'blogHandle'
        : 'organisationHandle';
    case 'username':
    case 'password':
      return field;
    default:
      return 'form';
  }
}
