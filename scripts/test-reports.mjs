/** What the JSON reports of vitest and Playwright say: how many tests passed, and which did not, or not at once, each in one line. */
import { isAbsolute, relative } from 'node:path'
import { root } from './run.mjs'

/** The end of a line of a log is seen where the line is no longer than this. */
const MAX_LINE_LENGTH = 200

export function readVitest(json) {
  const failed = []
  const skipped = []
  for (const { name, status, message, assertionResults } of json.testResults) {
    const titlesOf = (states) => assertionResults.filter((test) => states.includes(test.status))
    const failures = titlesOf(['failed'])
    for (const { fullName } of failures) failed.push(oneLine(name, fullName))
    for (const { fullName } of titlesOf(['skipped', 'pending', 'todo'])) skipped.push(oneLine(name, fullName))
    // A file that could not be loaded has no tests.
    if (status === 'failed' && failures.length === 0) failed.push(oneLine(name, message))
  }
  return { passed: json.numPassedTests, failed, skipped }
}

export function readPlaywright({ config, suites, stats, errors }) {
  const specs = suites.flatMap((suite) => specsOf(suite))
  const named = (states) =>
    specs
      .filter(({ tests }) => tests.some(({ status }) => states.includes(status)))
      .map(({ file, titles }) => oneLine(`${config.rootDir}/${file}`, titles.join(' ')))
  const failed = [...named(['unexpected']), ...errors.map(({ message }) => oneLine('', message))]
  const retried = named(['flaky'])
  return { passed: stats.expected + retried.length, failed, skipped: named(['skipped']), retried }
}

/** Every spec below a suite, with the titles that lead to it; the outermost suite is the file. */
function specsOf({ specs = [], suites = [] }, above = []) {
  const own = specs.map((spec) => ({ ...spec, titles: [...above, spec.title] }))
  return [...own, ...suites.flatMap((suite) => specsOf(suite, [...above, suite.title]))]
}

function oneLine(file, text = '') {
  const words = text.replace(/\s+/g, ' ').trim()
  return `${isAbsolute(file) ? `${relative(root, file)}: ` : ''}${words}`.slice(0, MAX_LINE_LENGTH)
}
