// Findings as SARIF, for code scanning.
import { describe, expect, test } from '@jest/globals'
import { type Finding, RULES } from '../../src/pinning/policy.ts'
import { renderSarif } from '../../src/pinning/sarif.ts'

const FINDING: Finding = {
  file: 'k8s/my app#1.yaml',
  line: 7,
  column: 16,
  endLine: 7,
  endColumn: 28,
  rule: 'latest',
  severity: 'error',
  image: 'nginx:latest',
  message: 'docker.io/library/nginx:latest is whatever was pushed last',
}

describe('SARIF', () => {
  test('has every finding at its line and column', () => {
    const { version, runs } = JSON.parse(renderSarif([FINDING]))
    const rules: { id: string }[] = runs[0].tool.driver.rules
    expect(version).toBe('2.1.0')
    expect(runs[0].columnKind).toBe('utf16CodeUnits')
    expect(rules.map(({ id }) => id)).toEqual(Object.keys(RULES))
    expect(runs[0].results).toEqual([
      {
        ruleId: 'latest',
        ruleIndex: rules.findIndex(({ id }) => id === 'latest'),
        level: 'error',
        message: { text: FINDING.message },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'k8s/my%20app%231.yaml', uriBaseId: '%SRCROOT%' },
              region: { startLine: 7, startColumn: 16, endLine: 7, endColumn: 28 },
            },
          },
        ],
      },
    ])
  })

  test('without findings is a run without results', () => {
    expect(JSON.parse(renderSarif([])).runs[0].results).toEqual([])
  })
})
