import { describe, expect, test } from '@jest/globals'
import { pinStage } from './pin-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const OTHER = `sha256:${'0'.repeat(64)}`

/** A pod with these images, one container each, on lines 4, 5, … */
const pod = (...images: readonly string[]) =>
  `apiVersion: v1\nkind: Pod\nspec: {containers: [\n${images.map((image) => `  {image: "${image}"},\n`).join('')}  ]}\n`

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

describe('check', () => {
  test('says everything at its place, and fails', async () => {
    const stage = pinStage({
      'a.yaml': pod('localhost:5000/app', `${IMAGE}:latest`, `${IMAGE}:1.4`),
      'b.yaml': pod(`${IMAGE}@${OTHER}`),
    })
    stage.registry.addImage(PATH, { tags: ['1.4'] })
    const { error, outputs, summary } = await stage.run({ mode: 'check', sarif: 'out/pin.sarif' })
    expect(error).toMatchObject({ code: 'policy' })
    expect(stage.log.lines.filter((line) => line.startsWith('error'))).toEqual([
      'error: a.yaml:4:12: localhost:5000/app has neither tag nor digest (no-tag)',
      `error: a.yaml:5:12: ${IMAGE}:latest is whatever was pushed last (latest)`,
      `error: a.yaml:6:12: ${IMAGE}:1.4 has no digest (unpinned)`,
      `error: b.yaml:4:12: The registry does not have ${IMAGE}@${OTHER} (digest-not-found)`,
    ])
    expect(summary).toContain('| error | no-tag | `a.yaml:4` |')
    expect(JSON.parse(outputs['findings'] ?? '')).toHaveLength(4)
    const { runs } = JSON.parse(stage.read('out/pin.sarif'))
    expect(runs[0].results).toHaveLength(4)
  })

  test('a tag that moved is a warning, and does not fail', async () => {
    const stage = pinStage({ 'a.yaml': '' })
    const { digest } = stage.registry.addImage(PATH, { tags: ['1.0.0'], content: 'old' })
    const now = stage.registry.addImage(PATH, { tags: ['1.0.0'], content: 'new' })
    await stage.files.write('./a.yaml', pod(`${IMAGE}:1.0.0@${digest}`))
    expect((await stage.run({ mode: 'check' })).error).toBeUndefined()
    expect(stage.log.lines).toContain(
      `warning: a.yaml:4: The tag 1.0.0 is on ${now.digest} now (tag-moved)`,
    )
  })

  test('what is only noted has its place, too', async () => {
    const { run, log } = pinStage({ 'compose.yaml': 'services: {a: {image: "a:${TAG}"}}\n' })
    expect((await run({ mode: 'check' })).error).toBeUndefined()
    expect(log.lines).toContain(
      'notice: compose.yaml:1: a:${TAG} holds a variable: it cannot be checked (variable)',
    )
    expect(log.lines).toContain('info: 1 reference, 1 finding; 0 ignored')
  })

  test('where a file is no YAML is told, and counts as no image', async () => {
    const { run, log } = pinStage({ 'a.yaml': 'a: [b\nimage: app:1\n' })
    const { error } = await run({ mode: 'check', rules: 'unpinned=off', offline: 'true' })
    expect(error).toBeUndefined()
    expect(log.lines).toContain(
      'warning: a.yaml:1: This is no YAML: only its plain image lines were read (not-checked)',
    )
    expect(log.lines).toContain('info: 1 reference, 1 finding; 0 ignored')
  })

  // name, rules, findings
  test.each<[string, string, string[]]>([
    ['by default', '', ['latest']],
    ['a rule that is left out is off', 'unpinned', ['unpinned']],
    ['off', 'unpinned=off\nlatest=off', []],
    ['severities', 'latest=note', ['latest']],
  ])('rules: %s', async (_, rules, expected) => {
    const { run } = pinStage({ 'a.yaml': pod('nginx:latest') })
    const { outputs, error } = await run({ mode: 'check', rules })
    const findings: { rule: string; severity: string }[] = JSON.parse(outputs['findings'] ?? '')
    expect(findings.map(({ rule }) => rule)).toEqual(expected)
    expect(error === undefined).toBe(findings.every(({ severity }) => severity !== 'error'))
  })

  test('what cannot be asked is told, never passed over', async () => {
    const { registry, run, log } = pinStage({ 'a.yaml': pod(`${IMAGE}@${OTHER}`) })
    registry.inject(
      async () => ({ status: 401 }),
      () => true,
      9,
    )
    const { error, outputs } = await run({ mode: 'check' })
    expect(error).toBeUndefined()
    expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([{ rule: 'not-checked' }])
    expect(log.lines.some((line) => line.startsWith('warning: a.yaml:4: '))).toBe(true)
  })

  // name, what the registry answers to whatever it is asked
  test.each<[string, { status: number; headers?: Record<string, string>; body?: string }]>([
    ['lies about digests', { status: 200, headers: { 'docker-content-digest': 'md5:x' } }],
    ['sends other bytes', { status: 200, body: '{}' }],
    ['sends what is no manifest', { status: 200, body: '<html>' }],
    ['speaks of teapots', { status: 418 }],
  ])('a registry that %s does not end the run', async (_, { body, ...answer }) => {
    const { registry, run } = pinStage({ 'a.yaml': pod(`${IMAGE}@${OTHER}`, 'nginx') })
    registry.inject(
      async () => ({ ...answer, ...(body ? { body: new TextEncoder().encode(body) } : {}) }),
      () => true,
      9,
    )
    const { error, outputs } = await run({ mode: 'check' })
    expect(error).toMatchObject({ code: 'policy' })
    expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([
      { line: 4, rule: expect.stringMatching('not-checked|digest-not-found') },
      { line: 5, rule: 'no-tag' },
    ])
  })

  test('offline asks nobody', async () => {
    const { registry, run } = pinStage({ 'a.yaml': pod(`${IMAGE}@${OTHER}`) })
    expect((await run({ mode: 'check', offline: 'true' })).error).toBeUndefined()
    expect(registry.lines()).toEqual([])
  })

  test('a hostile file is told, and the others are done', async () => {
    const bomb = `image: ${'['.repeat(5000)}`
    const { run } = pinStage({ 'a.yaml': bomb, 'b.yaml': pod('nginx') })
    const { outputs } = await run({ mode: 'check' })
    expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([
      { file: 'b.yaml', rule: 'no-tag' },
      { file: 'a.yaml', rule: 'not-checked', message: expect.stringContaining('nested') },
    ])
  })
})

describe('commit', () => {
  const text = pod(`${IMAGE}:1.0.0`)

  function committed(permissions?: string[]) {
    const stage = pinStage({ 'a.yaml': text }, permissions ? { permissions } : {})
    stage.repository.git.commit('main', { 'a.yaml': `${text}# newer\n` })
    const { digest } = stage.registry.addImage(PATH, { tags: ['1.0.0'] })
    return { ...stage, digest }
  }

  test('push: the base has the change on top of its own text', async () => {
    const { run, repository, digest } = committed()
    const { outputs, error } = await run({ commit: 'push', base: 'main' })
    expect(error).toBeUndefined()
    expect(repository.git.filesOf('main')).toEqual({
      'a.yaml': `${pod(`${IMAGE}:1.0.0@${digest}`)}# newer\n`,
    })
    expect(outputs['commit-sha']).toBe(repository.git.branches.get('main'))
  })

  test('pull-request: its text shows what changed to which digest', async () => {
    const { run, repository, digest } = committed()
    const { outputs } = await run({ commit: 'pull-request', base: 'main' })
    const [pull] = repository.git.pullRequests
    expect(pull?.title).toBe(`Pin ${IMAGE}:1.0.0`)
    expect(pull?.body).toContain(
      `| \`a.yaml:4\` | \`${IMAGE}:1.0.0\` | \`${IMAGE}:1.0.0@${digest}\` |`,
    )
    expect(outputs).toMatchObject({
      'pull-request-number': '1',
      'pull-request-url': 'https://github.com/acme/app/pull/1',
    })
  })

  test('pull-request: the commit is told also where no pull request may be opened', async () => {
    const { run, repository } = committed(['contents: write', 'pull-requests: read'])
    const { error, outputs } = await run({ commit: 'pull-request', base: 'main' })
    expect(error).toMatchObject({ code: 'permission' })
    expect(outputs['commit-sha']).toBe(repository.git.branches.get('image-release/pin'))
    expect(outputs['commit-sha']).toBeDefined()
  })

  test('without the permission the diff is printed', async () => {
    const { run, log } = committed(['contents: read'])
    const { error, outputs } = await run({ commit: 'push', base: 'main' })
    expect(error).toMatchObject({ code: 'permission', hint: 'Give the job "contents: write".' })
    expect(log.lines.some((line) => line.includes(outputs['diff'] ?? 'none'))).toBe(true)
  })

  test('nothing to do is nothing done', async () => {
    const { run, hub } = pinStage({ 'a.yaml': pod(`${IMAGE}@${OTHER}`) })
    expect((await run({ commit: 'pull-request' })).error).toBeUndefined()
    expect(hub.calls).toEqual([])
  })
})
