// The summary of a pin run: its two tables, and where they are cut.
import { expect, test } from '@jest/globals'
import { renderPinSummary, renderPinTable } from '../../src/notes/pin-summary.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const change = { file: 'k8s/a.yaml', line: 7, from: 'a/b:dev', to: `a/b:1.2.3@${DIGEST}` }
const finding = {
  file: 'a|b.yaml',
  line: 3,
  rule: 'unpinned',
  severity: 'error',
  message: '<img> @all has no digest',
}

test('changes and findings are tables', () => {
  const summary = {
    title: '1 reference pinned',
    changes: [change],
    findings: [finding],
    ignored: 2,
  }
  expect(renderPinSummary(summary)).toBe(`## 1 reference pinned

| Place | Before | After |
| --- | --- | --- |
| \`k8s/a.yaml:7\` | \`a/b:dev\` | \`a/b:1.2.3@${DIGEST}\` |

| Severity | Rule | Place | What |
| --- | --- | --- | --- |
| error | unpinned | <code>a&#124;b.yaml:3</code> | &#60;img&#62; @&#8203;all has no digest |

Ignored: 2.
`)
})

test("a table fits into a pull request's text, and counts what it leaves out", () => {
  const table = renderPinTable(Array.from({ length: 1000 }, () => change))
  expect(table.length).toBeLessThan(65_536)
  const rows = table.match(/^\| `k8s/gm)?.length ?? 0
  expect(rows).toBeGreaterThan(400)
  expect(table).toContain(`\n\nAnd ${1000 - rows} more.\n`)
})

// how many there are, how many rows are shown, what is said of the rest
test.each([
  [1, 1, ''],
  [500, 500, ''],
  [501, 500, 'And 1 more.'],
])('of %i findings %i are shown', (count, shown, rest) => {
  const findings = Array.from({ length: count }, () => finding)
  const summary = renderPinSummary({ title: 'Checked', changes: [], findings, ignored: 0 })
  expect(summary.match(/unpinned/g)).toHaveLength(shown)
  expect(summary.split('|\n').at(-1)?.trim()).toBe(rest)
})

test('none ignored is not told', () => {
  const summary = renderPinSummary({ title: 'Checked', changes: [], findings: [], ignored: 0 })
  expect(summary).not.toContain('Ignored')
})
