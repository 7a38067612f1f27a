// What buildx found in the Dockerfile, as it leaves it in its metadata file.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findingsOf } from '../../src/buildx/findings.ts'
import { captured } from './setup.ts'

/** Of `--call=check`, of a build with BUILDX_METADATA_WARNINGS, and of a broken file. */
const metadataOf = (name: string): unknown => JSON.parse(captured(`${name}.json`))

const SECRET_IN_ARG = {
  file: 'Dockerfile',
  line: 2,
  endLine: 2,
  rule: 'SecretsUsedInArgOrEnv',
  message: 'Do not use ARG or ENV instructions for sensitive data (ARG "TOKEN_SECRET")',
  url: 'https://docs.docker.com/go/dockerfile/rule/secrets-used-in-arg-or-env/',
}

describe('findings in the metadata file', () => {
  test.each(['check', 'warnings'])('of %s: each with rule, place and link', (name) => {
    const findings = findingsOf(metadataOf(name), 'Dockerfile')
    expect(findings.map(({ rule, line }) => `${rule} ${line}`).sort()).toEqual([
      'ConsistentInstructionCasing 1',
      'LegacyKeyValueFormat 3',
      'MaintainerDeprecated 5',
      'SecretsUsedInArgOrEnv 2',
    ])
    expect(findings).toContainEqual(SECRET_IN_ARG)
  })

  test('a Dockerfile that cannot be read is one', () => {
    expect(findingsOf(metadataOf('broken'), 'Dockerfile')).toEqual([
      {
        file: 'Broken',
        line: 1,
        endLine: 1,
        rule: 'BuildError',
        message: 'dockerfile parse error on line 1: unknown instruction: FRM (did you mean FROM?)',
      },
    ])
  })

  test('said for every platform, they are told once', () => {
    const warning = { short: btoa('Rule: text (line 3)'), range: [{ start: { line: 3 } }] }
    expect(findingsOf({ 'buildx.build.warnings': [warning, warning] }, 'Dockerfile')).toEqual([
      { file: 'Dockerfile', line: 3, endLine: 3, rule: 'Rule', message: 'text' },
    ])
  })

  test.each([
    ['in the workspace', 'Dockerfile', 'Dockerfile'],
    ['in a folder', 'app/Dockerfile', 'app/Dockerfile'],
    ['another', 'app/other.Dockerfile', 'Dockerfile'],
  ])('the Dockerfile %s is named by its path', (_, dockerfile, expected) => {
    expect(findingsOf(metadataOf('check'), dockerfile)[0]?.file).toBe(expected)
  })

  test.each([
    ['nothing', undefined],
    ['a plain build', { 'containerimage.digest': 'sha256:0' }],
    ['outline', { 'result.json': { targets: [] } }],
  ])('%s has none', (_, metadata) => {
    expect(findingsOf(metadata, 'Dockerfile')).toEqual([])
  })

  test('whatever stands there, nothing is thrown', () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (result, warnings) => {
        const metadata = { 'result.json': result, 'buildx.build.warnings': warnings }
        expect(findingsOf(metadata, 'Dockerfile')).toBeInstanceOf(Array)
      }),
    ))

  test('a link that is none is left out', () => {
    const warning = { short: btoa('text'), url: 'javascript:alert(1)' }
    expect(findingsOf({ 'buildx.build.warnings': [warning] }, '')[0]).not.toHaveProperty('url')
  })
})
