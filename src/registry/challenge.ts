// WWW-Authenticate: several challenges in one line, each a scheme with parameters (RFC 9110,
// 11.6.1). Read leniently, for registries send upper-case schemes, stray commas and unquoted
// values; never trusted: what a challenge asks for is judged in realm.ts.
//
//   challenges  challenge { "," challenge }      challenge  scheme [ SP ( token68 | parameters ) ]
//   parameters  name "=" ( token | quoted ) { "," … }

export interface Challenge {
  /** Lower case: `basic`, `bearer`. */
  readonly scheme: string
  /** By lower-case name; of two with one name the first counts. */
  readonly parameters: ReadonlyMap<string, string>
}

const SEPARATORS = /[\s,]*/y
const PARAMETER =
  /[\s,]*([!#$%&'*+.^_`|~\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)(?:"|\\?$)|([^\s",]+))/sy
const SCHEME = /[!#$%&'*+.^_`|~\w-]+/y
const TOKEN68 = /[ \t]+[\w.~+/-]+=*[ \t]*(?=,|$)/y
const GARBAGE = /[^,]*/y

/** In the order of the header; text that fits nowhere is skipped to the next comma. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(header)
    if (match) at = pattern.lastIndex
    return match
  }
  for (take(SEPARATORS); at < header.length; take(SEPARATORS)) {
    const scheme = take(SCHEME)?.[0]
    if (scheme === undefined) {
      take(GARBAGE)
      continue
    }
    const parameters = new Map<string, string>()
    if (!take(TOKEN68))
      for (let match = take(PARAMETER); match; match = take(PARAMETER)) {
        const [, name = '', quoted, bare = ''] = match
        const value = quoted?.replaceAll(/\\(.)/gs, '$1') ?? bare
        if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value)
      }
    challenges.push({ scheme: scheme.toLowerCase(), parameters })
  }
  return challenges
}
