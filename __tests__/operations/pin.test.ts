// What pin writes into files, and what it leaves.
import { describe, expect, test } from '@jest/globals'
import { pinStage, pod } from './pin-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const OTHER = `sha256:${'0'.repeat(64)}`

describe('write', () => {
  // name, reference in the file, tags of the image, what follows its name
  test.each<[string, string, string[], string]>([
    ['a full version stays', ':1.4.2', ['1.4.2', '1.4'], ':1.4.2'],
    ['a floating tag becomes its version', ':1.4', ['1.4.2', '1.4', '1.4.1'], ':1.4.2'],
    ['a channel becomes the version', ':dev', ['dev', '1.4.2'], ':1.4.2'],
    ['a channel becomes the commit', ':dev', ['dev', 'git-aaaaaaa'], ':git-aaaaaaa'],
    ['a channel of unknown origin goes', ':staging', ['staging'], ''],
    ['a variant of a channel, too', ':dev-gpu', ['dev-gpu'], ''],
    ['latest goes', ':latest', ['latest'], ''],
    ['no tag is latest', '', ['latest', '2.0.0'], ':2.0.0'],
    ['any other tag stays', ':bookworm', ['bookworm'], ':bookworm'],
  ])('%s', async (_, suffix, tags, written) => {
    const { registry, run, read } = pinStage({ 'a.yaml': pod(IMAGE + suffix, 'nginx') })
    registry.addImage(PATH, { tags: ['9.9.9', '1.4.9'], content: 'another' })
    const { digest } = registry.addImage(PATH, { tags })
    const { error, outputs } = await run()
    expect(error).toBeUndefined()
    expect(read('a.yaml')).toBe(pod(`${IMAGE}${written}@${digest}`, 'nginx'))
    expect(outputs).toMatchObject({ changed: '1', files: 'a.yaml', findings: '[]' })
  })

  test('running twice changes nothing', async () => {
    const { registry, run, read } = pinStage({ 'a.yaml': pod(`${IMAGE}:dev`) })
    registry.addImage(PATH, { tags: ['dev', '1.0.0'] })
    await run()
    const once = read('a.yaml')
    registry.forget()
    expect(await run()).toMatchObject({ error: undefined, outputs: { changed: '0', diff: '' } })
    expect(read('a.yaml')).toBe(once)
    expect(registry.lines()).toEqual([])
  })

  test('each tag is asked for once, by HEAD', async () => {
    const text = pod(`${IMAGE}:1.0.0`, `${IMAGE}:1.0.0`)
    const { registry, run } = pinStage({ 'a.yaml': text, 'b.yaml': text })
    registry.addImage(PATH, { tags: ['1.0.0'] })
    expect((await run()).outputs['changed']).toBe('4')
    expect(registry.lines().filter((line) => line.includes('manifests'))).toEqual([
      'HEAD /v2/acme/app/manifests/1.0.0',
    ])
  })

  test('a digest that is there stays, unless it is to be refreshed', async () => {
    const { registry, run, read } = pinStage({ 'a.yaml': pod(`${IMAGE}:1.0.0@${OTHER}`) })
    const { digest } = registry.addImage(PATH, { tags: ['1.0.0'] })
    expect((await run()).outputs['changed']).toBe('0')
    expect((await run({ refresh: 'true' })).outputs['changed']).toBe('1')
    expect(read('a.yaml')).toBe(pod(`${IMAGE}:1.0.0@${digest}`))
  })

  test('with a digest nobody is asked, and no tag is left that is not told to belong', async () => {
    const { registry, run, read } = pinStage({ 'a.yaml': pod(`${IMAGE}:1.0.0`) })
    await run({ digest: OTHER })
    expect(read('a.yaml')).toBe(pod(`${IMAGE}@${OTHER}`))
    await run({ digest: OTHER, tag: '1.1.0' })
    expect(read('a.yaml')).toBe(pod(`${IMAGE}:1.1.0@${OTHER}`))
    expect(registry.lines()).toEqual([])
  })

  test('what the registry does not have, or does not tell, is a finding', async () => {
    const { registry, run, read } = pinStage({
      'a.yaml': pod(`${IMAGE}:gone`, 'localhost:5000/secret/app:1'),
    })
    registry.inject(
      async () => ({ status: 403 }),
      ({ url }) => url.pathname.includes('secret'),
      9,
    )
    const { error, outputs } = await run({ images: '*' })
    expect(error).toBeUndefined()
    expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([
      { line: 4, column: 12, rule: 'tag-not-found', severity: 'warning' },
      { line: 5, rule: 'not-checked', message: expect.stringContaining('403') },
    ])
    expect(read('a.yaml')).toBe(pod(`${IMAGE}:gone`, 'localhost:5000/secret/app:1'))
  })

  test('a tag that the chart or the resource gives is not guessed', async () => {
    const values = `image: {repository: ${IMAGE}, tag: ""}\n`
    const kustomization = `images: [{name: app, newName: ${IMAGE}}]\n`
    const stage = pinStage({ 'values.yaml': values, 'kustomization.yaml': kustomization })
    stage.registry.addImage(PATH, { tags: ['latest', '2.0.0'] })
    const { outputs, error } = await stage.run()
    expect(error).toBeUndefined()
    expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([
      { file: 'kustomization.yaml', rule: 'not-pinned', severity: 'warning' },
      { file: 'values.yaml', message: `${IMAGE} stays: its tag is the chart's own` },
    ])
    expect(stage.registry.lines()).toEqual([])
    await stage.run({ digest: OTHER, tag: '1.0.0' })
    expect(stage.read('values.yaml')).toBe(`image: {repository: ${IMAGE}, tag: "1.0.0@${OTHER}"}\n`)
    expect(stage.read('kustomization.yaml')).toBe(
      `images: [{name: app, newName: ${IMAGE}, newTag: 1.0.0@${OTHER}}]\n`,
    )
  })

  test('excused places and ignored images stay, and are counted', async () => {
    const text = `services:\n  a: {image: "${IMAGE}:1"} # image-release: ignore built on the spot\n  b: {image: localhost:5000/x/y:1}\n`
    const { run, read, registry } = pinStage({ 'compose.yaml': text })
    const { outputs, error } = await run({ images: '*', ignore: 'localhost:5000/x/*' })
    expect(error).toBeUndefined()
    expect(read('compose.yaml')).toBe(text)
    expect(outputs).toMatchObject({ ignored: '2', changed: '0' })
    expect(registry.lines()).toEqual([])
  })

  test('a dry run writes nothing and tells the change', async () => {
    const { registry, run, read } = pinStage({ 'a.yaml': pod(`${IMAGE}:1.0.0`) })
    const { digest } = registry.addImage(PATH, { tags: ['1.0.0'] })
    const { outputs } = await run({ 'dry-run': 'true' })
    expect(read('a.yaml')).toBe(pod(`${IMAGE}:1.0.0`))
    expect(outputs['diff']).toContain(`+  {image: "${IMAGE}:1.0.0@${digest}"},\n`)
    expect(JSON.parse(outputs['plan'] ?? '')).toMatchObject({
      changes: [{ path: 'a.yaml', replaced: [{ line: 4, from: `${IMAGE}:1.0.0` }] }],
    })
  })

  test('modes are kept', async () => {
    const { registry, run, files } = pinStage({ 'a.yaml': pod(`${IMAGE}:1.0.0`) })
    registry.addImage(PATH, { tags: ['1.0.0'] })
    files.modes.set('./a.yaml', 0o755)
    await run()
    expect(files.modes.get('./a.yaml')).toBe(0o755)
  })
})

describe('inputs that contradict each other', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a digest for several images', { images: 'a,b', digest: OTHER }, 'digest: one digest'],
    ['a digest for all', { images: '*', digest: OTHER }, 'digest: one digest'],
    ['a tag without digest', { tag: '1.0.0' }, 'tag: give the digest'],
    ['committing a check', { mode: 'check', commit: 'push' }, 'commit: mode check'],
    ['SARIF outside', { sarif: '../a.sarif' }, 'sarif: ../a.sarif is outside'],
    ['a glob outside', { files: '../*.yaml' }, 'leads out of the workspace'],
    ['a glob without a file', { files: 'b.yaml' }, 'no file matches b.yaml'],
  ])('%s', async (_, given, message) => {
    const { run } = pinStage({ 'a.yaml': pod(`${IMAGE}:1`) })
    expect((await run(given)).error).toMatchObject({
      code: 'input',
      message: expect.stringContaining(message),
    })
  })
})
