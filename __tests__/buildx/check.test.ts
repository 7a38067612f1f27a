// Requests that cannot work, refused before anything starts.
import { describe, expect, test } from '@jest/globals'
import type { BuildRequest } from '../../src/buildx/args.ts'
import { checkRequest } from '../../src/buildx/check.ts'
import { MemoryFiles } from '../fakes/world.ts'

const TREE = { './Dockerfile': '', 'app/Dockerfile': '', 'token.txt': 'x' }

function check(request: BuildRequest): Promise<void> {
  const environment = { TOKEN: 'x', EMPTY: '' }
  return checkRequest(request, { files: new MemoryFiles(TREE), environment })
}

describe('nothing is wrong with', () => {
  test.each<[string, BuildRequest]>([
    ['the workspace', {}],
    ['a folder', { context: 'app' }],
    ['a Git address', { context: 'https://github.com/acme/app.git#main' }],
    ['a Git address over SSH', { context: 'git@github.com:acme/app.git' }],
    ['a short Git address', { context: 'github.com/acme/app' }],
    [
      'secrets that are there',
      { secrets: ['A=b=c'], 'secret-envs': ['A=TOKEN'], 'secret-files': ['A=token.txt'] },
    ],
    ['an image exporter beside a push', { push: true, outputs: ['type=image,compression=zstd'] }],
    ['a Dockerfile in another folder', { context: 'app', file: 'app/Other' }],
    ['one of another name, here', { file: 'Other' }],
    ['an absolute one', { file: '/Dockerfile' }],
    ['a file of a Git address', { context: 'https://github.com/a/b.git', file: 'x/Dockerfile' }],
    ['a Dockerfile from the web', { file: 'https://example.com/Dockerfile' }],
    ['any exporter without a push', { outputs: ['type=local,dest=out', 'out'] }],
  ])('%s', async (_, request) => {
    await expect(check(request)).resolves.toBeUndefined()
  })
})

describe('refused before anything starts', () => {
  test.each<[string, BuildRequest, string, string]>([
    [
      'no such folder',
      { context: 'nope' },
      'context: there is no folder "nope"',
      'actions/checkout',
    ],
    [
      'no folder of the Dockerfile',
      { file: 'nope/Dockerfile' },
      'file: there is no folder "nope"',
      'actions/checkout',
    ],
    ['standard input', { context: '-' }, 'context: "-" would read', 'folder or a URL'],
    ['secret without a value', { secrets: ['A='] }, 'secrets: secret A is empty', 'NAME=value'],
    [
      'secret without a name',
      { secrets: ['hunter2'] },
      'secrets: an entry has no NAME=',
      'NAME=value',
    ],
    ['variable not set', { 'secret-envs': ['A=NOPE'] }, 'secret A reads the variable NOPE', 'NOPE'],
    ['variable empty', { 'secret-envs': ['A=EMPTY'] }, 'secret A reads the variable EMPTY', 'env:'],
    [
      'file not there',
      { 'secret-files': ['A=nope'] },
      'secret A reads nope, which is not there',
      'path',
    ],
    [
      'file a folder',
      { 'secret-files': ['A=app'] },
      'secret A reads app, which is a folder',
      'path',
    ],
    [
      'local exporter',
      { push: true, outputs: ['type=local,dest=o'] },
      'type=local is no image',
      'push: false',
    ],
    ['exporter by path', { push: true, outputs: ['out'] }, 'type=local is no image', 'push: false'],
    ['own name', { push: true, outputs: ['type=image,name=x'] }, 'name= is decided', 'name='],
    ['own push', { push: true, outputs: ['type=image,push=false'] }, 'push= is decided', 'push='],
  ])('%s', async (_, request, message, hint) => {
    await expect(check(request)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
  })

  test('an empty workspace, for the checkout was forgotten', async () => {
    const empty = Object.assign(new MemoryFiles(), { kind: async () => 'folder' as const })
    await expect(checkRequest({}, { files: empty, environment: {} })).rejects.toMatchObject({
      message: 'Input context: the folder "." is empty',
      hint: expect.stringContaining('actions/checkout'),
    })
  })

  test('all mistakes together, and no value of a secret', async () => {
    const request = { context: 'nope', secrets: ['hunter2', 'B='], 'secret-envs': ['C=NOPE'] }
    const error = await check(request).catch((error) => error)
    expect(error.message.split('\n')).toHaveLength(4)
    expect(`${error.message}${error.hint}`).not.toContain('hunter2')
  })
})
