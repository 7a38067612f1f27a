// Channels as tags in Docker's own image store, by what its engine says.
import { expect, test } from '@jest/globals'
import { parseReference } from '../../../src/oci/reference.ts'
import { dockerStore } from '../../../src/operations/channel/docker-store.ts'
import type { Exit } from '../../../src/ports.ts'
import { fakeExec } from '../../fakes/world.ts'
import { digest } from '../../ledger/entries.ts'

const [ID, PUSHED] = [digest('a'), digest('b')]
const APP = parseReference('app')

/** An engine that knows these images by reference, and puts tags. */
function engine(images: Record<string, object>) {
  return fakeExec(({ args }): Partial<Exit> => {
    const [verb, , reference = ''] = args
    if (verb === 'tag') images[args[2] ?? ''] = images[args[1] ?? ''] ?? {}
    const image = verb === 'tag' ? {} : images[reference]
    if (!image)
      return { code: 1, stderr: `Error response from daemon: No such image: ${reference}` }
    return { stdout: JSON.stringify([image]) }
  })
}

// name, what the engine says of the image, its digest
test.each([
  ['the containerd image store', { Id: ID, RepoDigests: [`app@${ID}`] }, ID],
  ['the classic one, pushed', { Id: ID, RepoDigests: [`other@${ID}`, `app@${PUSHED}`] }, PUSHED],
  ['the classic one, never pushed', { Id: ID, RepoDigests: [] }, ID],
])('%s: the digest is the one to pull by', async (_, image, expected) => {
  const store = dockerStore(engine({ 'docker.io/library/app:2.0.1': image }))
  expect(await store.digestOf({ ...APP, tag: '2.0.1' })).toBe(expected)
  expect(await store.digestOf({ ...APP, tag: 'staging' })).toBeUndefined()
})

test('a tag is put and compared; nothing else is run', async () => {
  const image = { Id: ID, RepoTags: ['app:2.0.1', 'other:1.0.0'], RepoDigests: [`app@${ID}`] }
  const exec = engine({ [`docker.io/library/app@${ID}`]: image })
  const store = dockerStore(exec)
  expect(await store.find({ ...APP, digest: ID })).toMatchObject({ digest: ID, tags: ['2.0.1'] })
  const staging = { source: APP, target: APP, tag: 'staging', digest: ID }
  expect(await store.place(staging)).toBe('moved')
  expect(await store.digestOf({ ...APP, tag: 'staging' })).toBe(ID)
  expect(await store.place(staging)).toBe('unchanged')
  expect(exec.commands.filter(({ args }) => args[0] === 'tag')).toHaveLength(1)
  expect(new Set(exec.commands.map(({ args }) => args[0]))).toEqual(new Set(['image', 'tag']))
})

test('another image under the tag afterwards is an error', async () => {
  const exec = fakeExec(({ args }) => {
    const Id = args[2]?.endsWith(':staging') ? PUSHED : ID
    return { stdout: JSON.stringify([{ Id, RepoDigests: [] }]) }
  })
  const placed = dockerStore(exec).place({ source: APP, target: APP, tag: 'staging', digest: ID })
  await expect(placed).rejects.toMatchObject({ code: 'digest-mismatch' })
})

test.each<[string, () => Partial<Exit>, string]>([
  [
    'no docker',
    () => {
      throw Object.assign(new Error('spawn docker ENOENT'), { code: 'ENOENT' })
    },
    'there is no docker',
  ],
  [
    'no engine',
    () => ({ code: 1, stderr: 'Cannot connect to the Docker daemon' }),
    'Cannot connect',
  ],
])('%s is an error that says so', async (_, answer, message) => {
  const found = dockerStore(fakeExec(answer)).find({ ...APP, tag: '1' })
  await expect(found).rejects.toMatchObject({
    code: 'docker',
    message: expect.stringContaining(message),
  })
})
