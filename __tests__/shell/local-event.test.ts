// An event made of what git says, where no workflow gives one.
import { expect, test } from '@jest/globals'
import { parseEvent } from '../../src/event/parse-event.ts'
import { readLocalFacts } from '../../src/shell/local-event.ts'
import { fakeExec } from '../fakes/world.ts'

const SHA = 'a'.repeat(40)

/** Answers git by the first words of its arguments; what is not listed fails. */
const git = (answers: Readonly<Record<string, string>>) =>
  fakeExec(({ args }) => {
    const asked = Object.keys(answers).find((words) => args.join(' ').startsWith(words))
    return asked === undefined ? { code: 1 } : { stdout: `${answers[asked]}\n` }
  })

const eventOf = async (answers: Record<string, string>, environment = {}) =>
  parseEvent(await readLocalFacts(git(answers), environment))

test('a branch, its repository and the time of its commit', async () => {
  const event = await eventOf({
    'rev-parse': SHA,
    'symbolic-ref -q HEAD': 'refs/heads/fix',
    'symbolic-ref -q refs/remotes/origin/HEAD': 'refs/remotes/origin/main',
    config: 'git@github.com:acme/app.git',
    show: '2026-01-02T03:04:05Z',
    tag: 'v1.0.0',
  })
  expect(event).toMatchObject({
    name: '',
    ref: 'refs/heads/fix',
    branch: 'fix',
    sha: SHA,
    committedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    repository: { owner: 'acme', name: 'app', defaultBranch: 'main' },
  })
})

// name, tags at the commit, ref
test.each([
  ['one tag', 'v1.4.2', 'refs/tags/v1.4.2'],
  ['two tags: none is chosen', 'v1.4.2\nv1.4', ''],
  ['no tag', '', ''],
])('no branch and %s', async (_, tags, ref) => {
  expect((await eventOf({ 'rev-parse': SHA, tag: tags })).ref).toBe(ref)
})

// name, what git tells, variables, what is said
test.each<[string, Record<string, string>, Record<string, string>, string[]]>([
  [
    'two tags and no branch',
    { tag: 'v1.4.2\nv1.4' },
    {},
    [
      'v1.4.2, v1.4 are on this commit: none is taken for the event; give --version, or set GITHUB_REF',
    ],
  ],
  ['two tags and a ref that is given', { tag: 'a\nb' }, { GITHUB_REF: 'refs/tags/a' }, []],
  ['two tags and a branch', { tag: 'a\nb', 'symbolic-ref -q HEAD': 'refs/heads/x' }, {}, []],
  ['one tag', { tag: 'a' }, {}, []],
])('what is not taken is told: %s', async (_, answers, environment, notices) => {
  const facts = await readLocalFacts(git({ 'rev-parse': SHA, ...answers }), environment)
  expect(facts.notices).toEqual(notices)
})

test.each([
  ['https://github.com/acme/app', 'acme'],
  ['https://git.example.com/acme/app.git', 'acme'],
  ['ssh://git@github.com/acme/app.git/', 'acme'],
  ['/srv/app.git', 'srv'],
  ['app', ''],
])('the remote %s', async (config, owner) => {
  expect((await eventOf({ config })).repository.owner).toBe(owner)
})

test('the environment wins over git', async () => {
  const environment = { GITHUB_REPOSITORY: 'other/one', GITHUB_REF: '' }
  const event = await eventOf(
    { 'symbolic-ref -q HEAD': 'refs/heads/x', config: 'a/b/c' },
    environment,
  )
  expect(event).toMatchObject({ ref: 'refs/heads/x', repository: { owner: 'other' } })
})

test('without git there is an event that says nothing', async () => {
  const exec = fakeExec(() => {
    throw Object.assign(new Error('spawn git ENOENT'), { code: 'ENOENT' })
  })
  expect(parseEvent(await readLocalFacts(exec, {}))).toMatchObject({ ref: '', sha: '' })
})
