// Whose token it is, asked in every way a token allows.
import { expect, test } from '@jest/globals'
import { readLogin } from '../../src/github/login.ts'
import { setUp } from './setup.ts'

test.each([
  ["a job's token", undefined, [], 'github-actions[bot]'],
  ["an app's token", 'acme-app[bot]', [], 'acme-app[bot]'],
  ["a person's token without GraphQL", 'octocat', ['POST /graphql'], 'octocat'],
  ["a job's token without GraphQL", undefined, ['POST /graphql'], 'github-actions[bot]'],
])('%s', async (_name, login, missing, expected) => {
  const { hub, github } = setUp()
  hub.addToken('token', [], login)
  for (const call of missing) hub.faults.push({ call, status: 404 })
  expect(await readLogin(github)).toBe(expected)
})

test('a token that GitHub does not know is an error', async () => {
  const { hub, github } = setUp()
  hub.tokens.clear()
  await expect(readLogin(github)).rejects.toMatchObject({ code: 'denied' })
})
