// Link headers (RFC 8288, 3): `<target>; rel="next", …`. Only the next page is of interest.

const LINK =
  /[\s,]*<([^>]*)>((?:[ \t]*;[ \t]*[\w!#$&+.^`|~*-]+(?:[ \t]*=[ \t]*(?:"[^"]*"|[^\s",;]*))?)*)/y
const REL = /;[ \t]*rel[ \t]*=[ \t]*(?:"([^"]*)"|([^\s",;]*))/i

/**
 * The target of the first link whose relations name `next`, as written; undefined on anything else.
 */
export function nextLink(header: string | undefined): string | undefined {
  if (!header) return undefined
  LINK.lastIndex = 0
  for (let match = LINK.exec(header); match; match = LINK.exec(header)) {
    const [, target, parameters = ''] = match
    const [, quoted, bare] = REL.exec(parameters) ?? []
    const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/)
    if (relations.includes('next')) return target
  }
  return undefined
}
