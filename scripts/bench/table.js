// How results are printed: one Markdown table, a row a side, beside the side it is measured
// against.
import { spawnSync } from 'node:child_process'

export function showHead() {
  console.log('| Job | Side | ms (CPU) | Beside |\n| --- | --- | --- | --- |')
}

/**
 * @param {string} job
 * @param {Record<string, { wall: number, cpu?: number }>} sides
 * @param {string} base The side that the others stand beside.
 */
export function show(job, sides, base) {
  const first = sides[base]
  for (const [name, measured] of Object.entries(sides)) {
    const isBeside = first !== undefined && name !== base
    const more = isBeside
      ? `${signed(measured.wall - first.wall)}, x ${(measured.wall / first.wall).toFixed(2)}`
      : ''
    showRow(job, name, millis(measured), more)
  }
}

export function showRow(...cells) {
  console.log(`| ${cells.join(' | ')} |`)
}

/**
 * The sides whose program is here; a row says of each other that it was not run.
 * @param {string} job
 * @param {Record<string, [string, Function]>} peers Side to program and measurement.
 */
export function whereInstalled(job, peers) {
  const isHere = ([side, [tool]]) => {
    const found = spawnSync(tool, ['--version']).error === undefined
    if (!found) showRow(job, side, 'not run', `${tool} is not installed`)
    return found
  }
  return Object.fromEntries(
    Object.entries(peers)
      .filter(isHere)
      .map(([side, [, run]]) => [side, run]),
  )
}

function millis({ wall, cpu }) {
  const shown = wall < 10 ? wall.toFixed(1) : wall.toFixed(0)
  return cpu ? `${shown} (${cpu.toFixed(0)})` : shown
}

function signed(number) {
  return `${number < 0 ? '' : '+'}${number.toFixed(0)} ms`
}
