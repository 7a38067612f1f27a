// Which inputs make another image, and which do not.
import { expect, test } from '@jest/globals'
import { readInputs } from '../../../src/inputs/read-inputs.ts'
import { fingerprint } from '../../../src/operations/release/fingerprint.ts'
import { RELEASE_INPUTS } from '../../../src/operations/release/inputs.ts'
import { differingInputs } from '../../../src/operations/shipping/build-identity.ts'

const print = (given: Record<string, string>, architecture = 'X64') => {
  const all: Record<string, string> = { digest: 'none', ...given }
  const inputs = readInputs(RELEASE_INPUTS, { given: (name) => all[name] })
  return fingerprint(inputs, { architecture, commit: 'a'.repeat(40) })
}

const BASE = { platforms: 'linux/amd64,linux/arm64' }

// name, one, other, the inputs that differ
test.each<[string, Record<string, string>, Record<string, string>, string[]]>([
  ['nothing', BASE, BASE, []],
  ['the order of platforms', BASE, { platforms: 'linux/arm64\nlinux/amd64' }, []],
  ['another spelling', BASE, { platforms: 'linux/x86_64,linux/arm64/v8' }, []],
  ['a platform', BASE, { platforms: 'linux/amd64' }, ['platforms']],
  ['a target', BASE, { ...BASE, target: 'slim' }, ['target']],
  [
    'a build argument',
    { ...BASE, 'build-args': 'A=1' },
    { ...BASE, 'build-args': 'A=2' },
    ['build-args'],
  ],
  ['a file and a variant', BASE, { ...BASE, file: 'x', variant: 'gpu' }, ['file', 'variant']],
  ['attestations', BASE, { ...BASE, provenance: 'false', sbom: 'true' }, ['provenance', 'sbom']],
  ['the context', BASE, { ...BASE, context: 'app' }, ['context']],
  ['the context said as it is', BASE, { ...BASE, context: '.' }, []],
  [
    'labels that hide the commit',
    BASE,
    { ...BASE, labels: '-org.opencontainers.image.revision' },
    ['labels'],
  ],
  ['other labels', BASE, { ...BASE, labels: 'team=web' }, []],
  ['what shapes no image', BASE, { ...BASE, 'cache-to': 'type=gha', builder: 'b', tags: 'x' }, []],
])('%s', (_, one, other, differing) => {
  expect(differingInputs(print(one), print(other))).toEqual(differing)
})

test('without platforms the runner decides', () => {
  expect(differingInputs(print({}, 'X64'), print({}, 'ARM64'))).toEqual(['platforms'])
})

test('build arguments cannot be read out of the label', () => {
  expect(print({ 'build-args': 'KEY=hunter22' })).not.toContain('hunter22')
})
