// The repository itself as a context, and the secret to clone it with.
import { describe, expect, test } from '@jest/globals'
import type { BuildRequest } from '../../src/buildx/args.ts'
import { withGitContext } from '../../src/buildx/git-context.ts'

const REPOSITORY = { owner: 'acme', name: 'app', url: 'https://git.acme.example:8443/acme/app' }
const PUSH = { repository: REPOSITORY, ref: 'refs/heads/main', sha: 'c0ffee' }
const PULL = { ...PUSH, ref: 'refs/pull/7/merge' }
const URL = 'https://git.acme.example:8443/acme/app.git#c0ffee'
const TOKEN = ['GIT_AUTH_TOKEN.git.acme.example:8443=t']

describe('{{defaultContext}}', () => {
  test.each([
    ['whole', PUSH, '{{defaultContext}}', URL],
    ['with a folder', PUSH, '{{defaultContext}}:sub', `${URL}:sub`],
    ['of a pull request', PULL, '{{defaultContext}}', URL.replace('c0ffee', 'refs/pull/7/merge')],
  ])('%s is the commit, with the secret to clone it', (_, event, context, expected) => {
    expect(withGitContext({ context }, event, 't')).toMatchObject({
      context: expected,
      secrets: TOKEN,
    })
  })

  test('is filled in for further contexts too', () => {
    const request = { 'build-contexts': ['a={{defaultContext}}:x', 'b=../b'] }
    expect(withGitContext(request, PUSH, 't')['build-contexts']).toEqual([`a=${URL}:x`, 'b=../b'])
  })
})

describe('no secret is added', () => {
  test.each<[string, BuildRequest, string | undefined, readonly string[]]>([
    ['for the workspace', {}, 't', []],
    ['for another repository', { context: 'https://github.com/other/x.git' }, 't', []],
    ['without a token', { context: '{{defaultContext}}' }, undefined, []],
    [
      'beside their own',
      { context: '{{defaultContext}}', secrets: ['GIT_AUTH_TOKEN=x'] },
      't',
      ['GIT_AUTH_TOKEN=x'],
    ],
  ])('%s', (_, request, token, expected) => {
    expect(withGitContext(request, PUSH, token).secrets).toEqual(expected)
  })
})
