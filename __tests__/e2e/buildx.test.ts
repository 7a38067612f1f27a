// The buildx room on the real thing: Docker, buildx and a registry of this machine.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Registry, startRegistry } from '../../scripts/stage/registry.js'
import { digestsByTag, labelsBySkopeo, manifestBySkopeo } from '../../scripts/stage/witness.js'
import { BUILD_INPUTS, buildArguments } from '../../src/buildx/args.ts'
import { build } from '../../src/buildx/build.ts'
import { addTools, buildFolder, realPorts, removeFolder } from './harness-buildx.ts'

const TWO = ['linux/amd64', 'linux/arm64']
const HOSTILE: Readonly<Record<string, string>> = {
  COMMAS: 'a,b=c,,d',
  QUOTES: `"double" 'single' \`back\``,
  LINES: 'one\ntwo\n\nthree',
  JSON: '{"a": ["b, c", {"d": "\\n"}], "e": "="}',
  SPACES: '  two  spaces  ',
  FLAG: '--push --output=type=local,dest=/',
  SHELL: '$(id) ${HOME} ; rm -rf \\ #no comment',
  UNICODE: 'Grüße, 世界 🚢',
}

const folders: string[] = []
let registry: Registry

beforeAll(async () => {
  registry = await startRegistry()
})

afterAll(async () => {
  await registry.stop()
  folders.forEach(removeFolder)
})

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = buildFolder({ 'file.txt': 'text', ...files })
  folders.push(folder)
  return folder
}

/** Instructions that put each build argument into a label of its own. */
const LABELS = Object.keys(HOSTILE)
  .map((name) => `ARG ${name}\nLABEL ${name.toLowerCase()}=$${name}\n`)
  .join('')

test('the installed buildx knows every flag we can give', () => {
  const help = execFileSync('docker', ['buildx', 'build', '--help'], { encoding: 'utf8' })
  const known = new Set([...help.matchAll(/--([a-z-]+)/g)].map(([flag]) => flag))
  const one = { text: 'a=b', flag: true, items: ['a=b'], lines: ['a=b'] }
  const request = Object.fromEntries(
    Object.entries(BUILD_INPUTS).map(([name, { kind }]) => [name, one[kind]]),
  )
  const flags = buildArguments(request, '/f').filter((arg) => /^--[a-z]/.test(arg))
  const names = new Set(flags.map((flag) => flag.split('=')[0]))
  expect([...names].filter((name) => !known.has(name ?? ''))).toEqual([])
  expect(names.size).toBeGreaterThan(28)
})

describe('a build for two platforms', () => {
  test('is one index, whose digest the registry confirms, with every value unharmed', async () => {
    const image = `${registry.host}/acme/values`
    const request = {
      context: folderWith({ Dockerfile: `FROM scratch\n${LABELS}COPY file.txt /\n` }),
      platforms: TWO,
      push: true,
      tags: [`${image}:1`],
      'build-args': Object.entries(HOSTILE).map(([name, value]) => `${name}=${value}`),
      labels: Object.entries(HOSTILE).map(([name, value]) => `label.${name}=${value}`),
      annotations: Object.entries(HOSTILE).map(([name, value]) => `note.${name}=${value}`),
    }
    const { digest, findings } = await build(request, realPorts())
    expect(await digestsByTag(image)).toEqual({ 1: digest })
    expect(findings).toEqual([])
    const labels = labelsBySkopeo(`${image}:1`)
    const { annotations } = manifestBySkopeo(`${image}:1`)
    for (const [name, value] of Object.entries(HOSTILE)) {
      expect([name, labels[name.toLowerCase()]]).toEqual([name, value])
      expect([name, labels[`label.${name}`]]).toEqual([name, value])
      expect([name, annotations[`note.${name}`]]).toEqual([name, value])
    }
  })

  test('goes through an image exporter of the user, and outlives a cache that cannot be written', async () => {
    const image = `${registry.host}/acme/exported`
    const request = {
      context: folderWith({ Dockerfile: 'FROM scratch\nCOPY file.txt /\n' }),
      platforms: TWO,
      push: true,
      tags: [`${image}:1`],
      outputs: ['type=image,compression=zstd,force-compression=true'],
      'cache-to': ['type=registry,ref=localhost:1/acme/cache,mode=max'],
    }
    const { digest } = await build(request, realPorts())
    expect(await digestsByTag(image)).toEqual({ 1: digest })
    const [{ digest: child }] = manifestBySkopeo(`${image}:1`).manifests
    const { layers } = manifestBySkopeo(`${image}@${child}`)
    expect(layers[0].mediaType).toContain('zstd')
  })
})

test('secrets arrive unharmed, whichever way they are given', async () => {
  const context = folderWith({ 'a,b': 'from a file\n' })
  const names = [...Object.keys(HOSTILE), 'FROM_ENV', 'FROM_FILE']
  const mounts = names.map((name) => `--mount=type=secret,id=${name},required=true`).join(' ')
  const copies = names.map((name) => `cat /run/secrets/${name} > /out/${name}`).join(' && ')
  const tools = addTools(context)
  const dockerfile = folderWith({
    Dockerfile: `${tools}WORKDIR /out\nRUN ${mounts} ${copies}\nFROM scratch\nCOPY --from=tools /out /\n`,
  })
  const out = folderWith({})
  const ports = realPorts({ environment: { ...process.env, SOME_VARIABLE: 'from, "env"\n' } })
  await build(
    {
      context,
      file: join(dockerfile, 'Dockerfile'),
      network: 'none',
      outputs: [`type=local,dest=${out}`],
      secrets: Object.entries(HOSTILE).map(([name, value]) => `${name}=${value}`),
      'secret-envs': ['FROM_ENV=SOME_VARIABLE'],
      'secret-files': [`FROM_FILE=${join(context, 'a,b')}`],
    },
    ports,
  )
  const arrived = Object.fromEntries(
    names.map((name) => [name, readFileSync(join(out, name), 'utf8')]),
  )
  expect(arrived).toEqual({ ...HOSTILE, FROM_ENV: 'from, "env"\n', FROM_FILE: 'from a file\n' })
  for (const value of Object.values(HOSTILE)) expect(ports.log.lines.join('')).not.toContain(value)
})

describe('what is checked', () => {
  const BAD = 'from scratch\nARG API_TOKEN\nCOPY file.txt /\n'

  test('with `call: check` is told by file and line, and is no failure of the build', async () => {
    const context = folderWith({ 'Dockerfile.bad': BAD })
    const request = { context, file: join(context, 'Dockerfile.bad'), call: 'check' }
    const { digest, findings } = await build(request, realPorts())
    expect(digest).toBeUndefined()
    expect(findings.map(({ file, line, rule }) => `${file}:${line} ${rule}`).sort()).toEqual([
      `${request.file}:1 ConsistentInstructionCasing`,
      `${request.file}:2 SecretsUsedInArgOrEnv`,
    ])
  })

  test('is told of a build for several platforms once', async () => {
    const context = folderWith({ Dockerfile: BAD })
    const request = { context, platforms: TWO, outputs: ['type=cacheonly'] }
    const { findings } = await build(request, realPorts())
    expect(findings.map(({ line }) => line).sort()).toEqual([1, 2])
  })
})

describe('what cannot be built', () => {
  test('an empty context asks for the checkout before Docker is asked for anything', async () => {
    const empty = buildFolder({})
    folders.push(empty)
    const ports = realPorts({
      exec: () => {
        throw new Error('started')
      },
    })
    await expect(build({ context: empty }, ports)).rejects.toMatchObject({
      code: 'input',
      hint: expect.stringContaining('actions/checkout'),
    })
  })

  test('a context that looks like a flag is a folder that is not there', async () => {
    const request = { context: '--push', file: 'Dockerfile' }
    await expect(build(request, realPorts())).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('no folder "--push"'),
    })
  })

  test('no Dockerfile', async () => {
    await expect(build({ context: folderWith({}) }, realPorts())).rejects.toMatchObject({
      code: 'build',
      message: expect.stringContaining('failed to read dockerfile'),
      hint: expect.stringContaining('`file`'),
    })
  })
})
