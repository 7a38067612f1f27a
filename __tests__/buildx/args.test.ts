// From a request to a command line: each input its flags, and no value a flag of its own.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  BUILD_INPUTS,
  type BuildRequest,
  buildArguments,
  contextOf,
  metadataPath,
} from '../../src/buildx/args.ts'

/** The flags a request adds to the ones that are always there. */
function flagsOf(request: BuildRequest): readonly string[] {
  return buildArguments(request, '/f').slice(4, -2)
}

const TWO = ['linux/amd64', 'linux/arm64']

const ROWS: readonly (readonly [keyof typeof BUILD_INPUTS, BuildRequest, readonly string[]])[] = [
  [
    'add-hosts',
    { 'add-hosts': ['a:1.2.3.4', 'b:::1'] },
    ['--add-host=a:1.2.3.4', '--add-host=b:::1'],
  ],
  ['allow', { allow: ['network.host'] }, ['--allow=network.host']],
  ['annotations', { annotations: ['a=b, c'] }, ['--annotation=a=b, c']],
  ['attests', { attests: ['type=sbom,generator=x'] }, ['--attest=type=sbom,generator=x']],
  ['build-args', { 'build-args': ['A={"b":"c, d"}'] }, ['--build-arg=A={"b":"c, d"}']],
  ['build-contexts', { 'build-contexts': ['base=../x'] }, ['--build-context=base=../x']],
  ['builder', { builder: 'mine' }, ['--builder=mine']],
  ['cache-from', { 'cache-from': ['type=local,src=c'] }, ['--cache-from=type=local,src=c']],
  ['cache-to', { 'cache-to': ['type=local,dest=c'] }, ['--cache-to=type=local,dest=c']],
  ['call', { call: 'check' }, ['--call=check']],
  ['cgroup-parent', { 'cgroup-parent': 'g' }, ['--cgroup-parent=g']],
  ['context', { context: 'sub' }, []],
  ['file', { file: 'a/Dockerfile' }, ['--file=a/Dockerfile']],
  ['labels', { labels: ['a=b', 'c=d e'] }, ['--label=a=b', '--label=c=d e']],
  ['load', { load: true }, ['--load']],
  ['network', { network: 'host' }, ['--network=host']],
  ['no-cache', { 'no-cache': true }, ['--no-cache']],
  ['no-cache-filters', { 'no-cache-filters': ['a'] }, ['--no-cache-filter=a']],
  ['outputs', { outputs: ['type=local,dest=o'] }, ['--output=type=local,dest=o']],
  ['platforms', { platforms: TWO }, ['--platform=linux/amd64,linux/arm64']],
  ['provenance', { provenance: 'false' }, ['--attest=type=provenance,disabled=true']],
  ['pull', { pull: true }, ['--pull']],
  ['push', { push: true }, ['--push']],
  ['sbom', { sbom: 'true' }, ['--attest=type=sbom,disabled=false']],
  [
    'secrets',
    { secrets: ['A=x', 'B=y'] },
    ['--secret=id=A,src=/f/secret-0', '--secret=id=B,src=/f/secret-1'],
  ],
  ['secret-envs', { 'secret-envs': ['A=V'] }, ['--secret=id=A,env=V']],
  ['secret-files', { 'secret-files': ['A=a,b'] }, ['--secret=id=A,"src=a,b"']],
  ['shm-size', { 'shm-size': '2g' }, ['--shm-size=2g']],
  ['ssh', { ssh: ['default'] }, ['--ssh=default']],
  ['tags', { tags: ['r/a:1', 'r/a:2'] }, ['--tag=r/a:1', '--tag=r/a:2']],
  ['target', { target: 'prod' }, ['--target=prod']],
  ['ulimit', { ulimit: ['nofile=1:2'] }, ['--ulimit=nofile=1:2']],
]

describe('each build input', () => {
  test.each(ROWS)('%s', (_, request, expected) => {
    expect(flagsOf(request)).toEqual(expected)
  })

  test('has its row above', () => {
    expect(ROWS.map(([name]) => name)).toEqual(Object.keys(BUILD_INPUTS))
  })

  test('that is empty, false or left out gives no flag', () => {
    const nothing = { file: '', push: false, labels: [], platforms: [], provenance: '', sbom: '' }
    expect(flagsOf({ ...nothing, target: undefined })).toEqual([])
  })
})

describe('the command line', () => {
  test('reports plainly, leaves metadata in the folder, and ends with the context', () => {
    const argv = buildArguments({ tags: ['r/a:1'] }, '/private')
    expect(argv).toEqual([
      'buildx',
      'build',
      '--progress=plain',
      '--metadata-file=/private/metadata.json',
      '--tag=r/a:1',
      '--',
      '.',
    ])
    expect(metadataPath('/private')).toBe('/private/metadata.json')
  })

  test.each([
    ['left out', {}, '.'],
    ['empty', { context: '' }, '.'],
    ['a folder', { context: 'sub' }, 'sub'],
  ])('a context %s', (_, request, expected) => {
    expect(contextOf(request)).toBe(expected)
  })

  test('no value can pass for a flag of its own', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom('--push', '-', '--', '--output=x', '\n-x'),
    )
    const list = fc.array(hostile, { maxLength: 3 })
    const request = fc.record({
      context: hostile,
      file: hostile,
      'build-args': list,
      labels: list,
      tags: list,
      annotations: list,
      platforms: list,
    })
    return fc.assert(
      fc.property(request, (request) => {
        const argv = buildArguments(request, '/f').slice(2)
        const end = argv.indexOf('--')
        expect(end).toBe(argv.length - 2)
        const known = /^--(progress|metadata-file|file|build-arg|label|tag|annotation|platform)=/
        for (const item of argv.slice(0, end)) expect(item).toMatch(known)
      }),
    )
  })
})

describe('annotations', () => {
  test.each([
    ['one platform', ['linux/amd64'], 'a=b', 'a=b'],
    ['no platform', [], 'a=b', 'a=b'],
    ['several platforms', TWO, 'a=b:c', 'index:a=b:c'],
    ['several platforms, level named', TWO, 'manifest:a=b', 'manifest:a=b'],
    [
      'several platforms, levels named',
      TWO,
      'index,manifest[linux/amd64]:a=b',
      'index,manifest[linux/amd64]:a=b',
    ],
  ])('%s', (_, platforms, given, expected) => {
    expect(flagsOf({ annotations: [given], platforms })).toContain(`--annotation=${expected}`)
  })
})
