// Scalars of YAML with the place of their value, where the text holds the value as it is.
import { CST } from 'yaml'
import type { Scalar } from './yaml-tree.ts'

/** A broken scalar is read as well as may be: nothing that is not verbatim is written to. */
const ignoreErrors = () => {}

/** Plain and quoted ones. Without `inner`: escapes or line breaks stand between text and value. */
export function readFlowScalar(token: CST.FlowScalar, base: number): Scalar {
  const { type, source, offset } = token
  const start = base + offset
  const end = start + source.length
  const style = type === 'scalar' ? 'plain' : 'quoted'
  const quotes = style === 'quoted' ? 1 : 0
  const escaped = type === 'single-quoted-scalar' ? "''" : '\\'
  const isVerbatim =
    !source.includes('\n') && (style === 'plain' || !source.slice(1, -1).includes(escaped))
  if (isVerbatim) {
    const value = source.slice(quotes, source.length - quotes)
    return { kind: 'scalar', style, value, start, end, inner: start + quotes }
  }
  return {
    kind: 'scalar',
    style,
    value: CST.resolveAsScalar(token, false, ignoreErrors)?.value ?? source,
    start,
    end,
  }
}

/** A literal or folded one. With a single line of text, that line is the value. */
export function readBlockScalar(token: CST.BlockScalar, base: number): Scalar {
  const { source, props } = token
  const header = props.at(-1)
  const start =
    base + (header && 'source' in header ? header.offset + header.source.length : token.offset)
  const value = source.trim()
  if (value.includes('\n'))
    return { kind: 'scalar', style: 'block', value: source, start, end: start + source.length }
  const inner = start + source.indexOf(value)
  return { kind: 'scalar', style: 'block', value, start: inner, end: inner + value.length, inner }
}
