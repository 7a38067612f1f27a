// Findings as SARIF 2.1.0 (docs.oasis-open.org/sarif), for code scanning.
import { type Finding, RULES } from './policy.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

/** One run; columns count UTF-16 units, as ours do. Ends with a line break. */
export function renderSarif(findings: readonly Finding[]): string {
  const ids = Object.keys(RULES)
  const rules = Object.entries(RULES).map(([id, text]) => ({ id, shortDescription: { text } }))
  const results = findings.map((finding) => ({
    ruleId: finding.rule,
    ruleIndex: ids.indexOf(finding.rule),
    level: finding.severity,
    message: { text: finding.message },
    locations: [locationOf(finding)],
  }))
  const run = {
    tool: { driver: { name: 'image-release', rules } },
    columnKind: 'utf16CodeUnits',
    results,
  }
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`
}

function locationOf({ file, line, column, endLine, endColumn }: Finding) {
  const uri = file.split('/').map(encodeURIComponent).join('/')
  const region = { startLine: line, startColumn: column, endLine, endColumn }
  return { physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region } }
}
