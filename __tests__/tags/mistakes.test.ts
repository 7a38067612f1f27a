// What is wrong in `tags`, `flavor` and `variant`, word for word.
import { describe, expect, test } from '@jest/globals'
import type { TagRequest } from '../../src/tags/request.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import { FINAL, push, requestOf } from './requests.ts'

const NO_TYPE =
  'is no type of rule; the types are standard, semver, pep440, match, ref, channel, edge, schedule, raw, sha'
const NO_GLOBAL =
  'is no known expression; here are branch, tag, sha, base_ref, is_default_branch, is_not_default_branch, date, commit_date'
const NO_PART =
  'is no known expression; here are raw, version, major, minor, patch, prerelease, build, channel'

function mistakesOf(request: Partial<TagRequest>): string {
  try {
    const { tags } = resolveTags(requestOf({ event: FINAL, ...request }))
    return `no mistake: ${tags.length}`
  } catch (error) {
    expect(error).toMatchObject({ code: 'input' })
    return error instanceof Error ? error.message : ''
  }
}

describe('mistakes', () => {
  // a line of tags, each mistake behind the line's name
  test.each<[string, string]>([
    ['type=foo', `"foo" ${NO_TYPE}`],
    ['type=SHA', `"SHA" ${NO_TYPE}`],
    ['type=,x', `"" ${NO_TYPE}`],
    ['type=semver', 'pattern: it is missing'],
    ['type=semver,pattern=', 'pattern: given but empty'],
    [
      'type=semver,patern={{version}},pattern=x',
      'type=semver has no attribute patern, only pattern, value, match, keep-pattern, build, enable, prefix, suffix, priority',
    ],
    ['type=semver,pattern={{versoin}}', `pattern: {{versoin}} ${NO_PART}`],
    ['type=semver,pattern={{version}}-{{sha}}', `pattern: {{sha}} ${NO_PART}`],
    [
      'type=semver,pattern={{version}},match=v.*',
      'match: /v.*/ has 0 groups, but group 1 is asked for',
    ],
    [
      'type=pep440,pattern={{version}},keep-pattern=yes',
      'keep-pattern: "yes" is none of true, false',
    ],
    [
      'type=sha,foo',
      'type=sha has no attribute foo, only format, enable, prefix, suffix, priority',
    ],
    ['type=sha,format=', 'format: "" is none of short, long, 4 to 64'],
    ['type=sha,format=3', 'format: "3" is none of short, long, 4 to 64'],
    ['type=sha,format=Short', 'format: "Short" is none of short, long, 4 to 64'],
    ['type=ref', 'event: it is missing'],
    ['type=ref,event=branches', 'event: "branches" is none of branch, tag, pr, mq'],
    ['type=raw', 'value: it is missing'],
    ['type=channel', 'name: it is missing'],
    [
      'type=standard,only=versions',
      'only: "versions" is none of version, floating, git, channel, branch, pr, schedule',
    ],
    [
      'type=schedule,pattern={{sha}}',
      'pattern: {{sha}} is no known expression; here are date, commit_date',
    ],
    ['type=match', 'pattern: it is missing'],
    ['type=match,pattern=(', 'pattern: Invalid regular expression: /(/: Unterminated group'],
    ['type=match,pattern=a,group=1', '/a/ has 0 groups, but group 1 is asked for'],
    ['type=match,pattern=(|){50}c,group=2', '/(|){50}c/ has 1 groups, but group 2 is asked for'],
    ['type=match,pattern=a,group=x', 'group: "x" is no number'],
    ['type=match,pattern=a,group=-1', "group: -1 is no group's number"],
    ['{{brnach}}', `value: {{brnach}} ${NO_GLOBAL}`],
    [
      '{{branch',
      '{{branch is half an expression; to keep its comma, quote the whole attribute: "name=value"',
    ],
    ['{{#if tag}}x', 'value: {{#if}} is never closed by {{/if}}'],
    ['{{#if tag}}x{{/unless}}', 'value: {{#if}} is closed by {{/unless}}'],
    ['{{/if}}', 'value: {{/if}} closes nothing'],
    ['{{#if tag}}'.repeat(51), 'value: there are more than 50 blocks inside each other'],
    ['{{}}', "value: {{}} is no expression like {{name}} or {{date 'YYYY'}}"],
    ['{{date}}', "value: {{date}}: date needs a quoted format, as in 'YYYYMMDD'"],
    ['{{date 8}}', "value: {{date 8}} is no expression like {{name}} or {{date 'YYYY'}}"],
    ['{{sha YYYY}}', 'value: {{sha YYYY}}: sha takes no argument'],
    [
      "{{date 'YYYY' tz='Mars/Phobos'}}",
      "value: {{date 'YYYY' tz='Mars/Phobos'}}: Mars/Phobos is no time zone like Europe/Paris",
    ],
    [
      "{{date 'YYYY' tz='+01:00'}}",
      "value: {{date 'YYYY' tz='+01:00'}}: +01:00 is no time zone like Europe/Paris",
    ],
    ["{{date 'YYYY' zone='UTC'}}", "value: {{date 'YYYY' zone='UTC'}}: date has no zone, only tz"],
    ["{{sha 'x'}}", "value: {{sha 'x'}}: sha takes no argument"],
    [
      "{{date 'dddd, MMMM'}}",
      '{{date \'dddd is half an expression; to keep its comma, quote the whole attribute: "name=value"\nMMMM\'}} is half an expression; to keep its comma, quote the whole attribute: "name=value"',
    ],
    ['a,enable=TRUE', 'enable: "TRUE" is none of true, false'],
    ['a,enable=', 'enable: "" is none of true, false'],
    ['a,enable={{tag}}', 'enable: "v1.4.2" is none of true, false'],
    ['a,priority=high', 'priority: "high" is no number'],
    ['a,priority=', 'priority: "" is no number'],
    [
      'a,event=push',
      'type=raw has no attribute event, only value, enable, prefix, suffix, priority',
    ],
    [
      'type=sha,foo=1,bar,format=3,enable=no',
      'type=sha has no attribute foo, only format, enable, prefix, suffix, priority\ntype=sha has no attribute bar, only format, enable, prefix, suffix, priority\nenable: "no" is none of true, false\nformat: "3" is none of short, long, 4 to 64',
    ],
    ['"a,b', '"a begins with a quote that does not end before a comma or the line'],
    ['ghcr.io/acme/app:dev', 'value: it names an image; those go into the input images'],
    ['index.docker.io/acme/app', 'value: it names an image; those go into the input images'],
    ['localhost/app', 'value: it names an image; those go into the input images'],
    ['ghcr.io/acme/app:{{branch}}', 'value: it names an image; those go into the input images'],
    [
      'a,prefix={{nope}},suffix={{nope}}',
      `prefix: {{nope}} ${NO_GLOBAL}\nsuffix: {{nope}} ${NO_GLOBAL}`,
    ],
  ])('tags: %s', (rules, expected) => {
    const lines = expected.split('\n').map((mistake) => `tags, line 1: ${rules}: ${mistake}`)
    expect(mistakesOf({ rules })).toBe(lines.join('\n'))
  })

  // a line of flavor, the mistake behind the line's name
  test.each<[string, string]>([
    ['latest', 'latest is not one name=value; each goes on its own line'],
    ['latest=yes', '"yes" is none of auto, true, false'],
    ['latest=TRUE', '"TRUE" is none of auto, true, false'],
    ['foo=bar', 'foo is none of latest, prefix, suffix, onlatest'],
    ['prefix=a=b', 'prefix=a=b is not one name=value; each goes on its own line'],
    [
      'suffix=-arm64;latest=false',
      'suffix=-arm64;latest=false is not one name=value; each goes on its own line',
    ],
    ['prefix=x,onlatest=1', '"1" is none of true, false'],
    ['onlatest=x', '"x" is none of true, false'],
    ['suffix={{foo}}', `{{foo}} ${NO_GLOBAL}`],
    ['prefix={{date}}', "{{date}}: date needs a quoted format, as in 'YYYYMMDD'"],
    ['"prefix=a', '"prefix is none of latest, prefix, suffix, onlatest'],
  ])('flavor: %s', (flavor, expected) => {
    expect(mistakesOf({ flavor })).toBe(`flavor, line 1: ${flavor}: ${expected}`)
  })

  test.each(['a b', '-x', 'a/b', 'x'.repeat(64)])('variant: %s', (variant) => {
    const why = 'cannot end a tag; use letters, digits, ., _ and -'
    expect(mistakesOf({ variant })).toBe(`variant: ${variant} ${why}`)
  })

  test('all of them together, with the numbers of their lines', () => {
    const rules = 'type=nope\n# a comment\n\n"type=sha\ntype=edge,foo=1,bar=2\ntype=sha'
    const flavor = 'latest=auto\nlatest=maybe,prefx=x'
    expect(mistakesOf({ rules, flavor, variant: '/' }).split('\n').map(beginning)).toEqual([
      'flavor, line 2: latest=maybe,prefx=x: "maybe" is',
      'flavor, line 2: latest=maybe,prefx=x: prefx is',
      'tags, line 1: type=nope: "nope" is',
      'tags, line 4: "type=sha: "type=sha begins',
      'tags, line 5: type=edge,foo=1,bar=2: type=edge has',
      'tags, line 5: type=edge,foo=1,bar=2: type=edge has',
      'variant: / cannot',
    ])
  })

  test('those only an event brings out, together too', () => {
    const rules = 'a,enable={{tag}}\nb,enable={{sha}}\nc'
    expect(mistakesOf({ rules }).split('\n')).toEqual([
      'tags, line 1: a,enable={{tag}}: enable: "v1.4.2" is none of true, false',
      'tags, line 2: b,enable={{sha}}: enable: "860c190" is none of true, false',
    ])
  })

  test('a regex that does not end is named', () => {
    const match = () => {
      throw new Error('stopped after 100 ms')
    }
    const rules = 'type=match,pattern=^(a+)+$\ntype=semver,pattern={{version}},match=(x*)*y'
    expect(mistakesOf({ rules, match }).split('\n')).toEqual([
      'tags, line 2: type=semver,pattern={{version}},match=(x*)*y: /(x*)*y/ could not be matched with v1.4.2: stopped after 100 ms',
      'tags, line 1: type=match,pattern=^(a+)+$: /^(a+)+$/ could not be matched with v1.4.2: stopped after 100 ms',
    ])
  })

  // what is taken although it is hardly meant, the request, what is said of it
  test.each<[string, Partial<TagRequest>, string]>([
    [
      'onlatest on a line of its own',
      { flavor: 'suffix=-a\nonlatest=true' },
      'flavor: onlatest does nothing on a line of its own; write it behind prefix= or suffix=',
    ],
    [
      'a date without quotes',
      { rules: 'x-{{ date YYYY }}' },
      'line 1: x-{{ date YYYY }}: {{ date YYYY }} has no quotes around its format, so the date is by ISO 8601',
    ],
    [
      'a date without quotes in flavor',
      { flavor: "suffix={{commit_date YYYY tz='UTC'}}" },
      "flavor: {{commit_date YYYY tz='UTC'}} has no quotes around its format, so the date is by ISO 8601",
    ],
    [
      'a match that has no version in it',
      {
        event: FINAL,
        rules: 'keep\ntype=semver,pattern={{version}},match=v1\\.4\\.2|app-(.*)',
      },
      'line 2: type=semver,pattern={{version}},match=v1\\.4\\.2|app-(.*): group 1 of /v1\\.4\\.2|app-(.*)/ is not in v1.4.2',
    ],
  ])('said: %s', (_, request, notice) => {
    expect(resolveTags(requestOf({ event: push('x'), ...request })).notices).toEqual([notice])
  })
})

/** Up to the word behind the third colon, or behind the first. */
function beginning(line: string): string {
  const [, found = line] = /^((?:\w+, line \d+: [^ ]+: |\w+: )[^ ]+ \w+)/.exec(line) ?? []
  return found
}
