/**
 * Writes docs/api: the reference of the library, out of its docstrings.
 *
 *   src/sdk/quire.browser.ts ─ TypeScript ─▶ exported classes, functions, types ─▶ one page each + README.md
 *   `@example file.ts#region` ─▶ the lines of examples/sdk that run as a test (src/sdk/examples.test.ts)
 *
 * Own code over the compiler that is here anyway, and not typedoc: an example is a part of a file that runs, which typedoc
 * cannot check, and a call without one is an error here.
 *
 * As a command: `node scripts/api-docs.mjs [--check]`.
 */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './run.mjs'

const ENTRY = join(root, 'src', 'sdk', 'quire.browser.ts')
const EXAMPLES = join(root, 'examples', 'sdk')
const OUT = join(root, 'docs', 'api')
/** Classes whose every call must have an example. */
const CLASSES = ['Quire', 'Communities', 'FetchTask', 'UploadSession']
/** Of `EventTarget`; the events have a page of their own. */
const LEFT_OUT = new Set(['prototype', 'addEventListener', 'removeEventListener', 'dispatchEvent', 'tellEvents'])
const HIDDEN = ts.ModifierFlags.Protected | ts.ModifierFlags.Private

/** The pages by their names, and what is wrong with the docstrings that they are made of. */
async function apiPages() {
  const options = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
  }
  const program = ts.createProgram([ENTRY], options)
  const reference = new Reference(program, await readExamples())
  return { pages: reference.pages(), problems: reference.problems }
}

class Reference {
  problems = []
  checker
  examples
  module

  constructor(program, examples) {
    this.checker = program.getTypeChecker()
    this.examples = examples
    this.module = this.checker.getSymbolAtLocation(program.getSourceFile(ENTRY))
  }

  pages() {
    const symbols = this.#exports()
    const classes = CLASSES.map((name) => symbols.find((symbol) => symbol.name === name))
    const others = symbols.filter((symbol) => !classes.includes(symbol))
    const pages = new Map(classes.map((symbol) => [`${symbol.name}.md`, this.#classPage(symbol)]))
    pages.set('types.md', this.#typesPage(others))
    pages.set('README.md', this.#contents(classes, others))
    return pages
  }

  #exports() {
    const all = this.checker.getExportsOfModule(this.module)
    const real = all.map((each) => (each.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(each) : each))
    return [...new Set(real)].sort((a, b) => a.name.localeCompare(b.name, 'en'))
  }

  #classPage(symbol) {
    const statics = this.checker.getTypeOfSymbol(symbol).getProperties()
    const made = this.checker.getDeclaredTypeOfSymbol(symbol).getProperties()
    const own = [...statics, ...made].filter(isShown)
    const list = own.map(({ name }) => `[\`${name}\`](#${name.toLowerCase()})`).join(' · ')
    const members = own.map((member) => this.#member(symbol, member))
    return [`# ${symbol.name}`, this.#text(symbol), list, ...members].join('\n\n')
  }

  #member(owner, member) {
    const where = `${owner.name}.${member.name}`
    const text = this.#text(member)
    const isCall = (member.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) !== 0
    const names = member.getJsDocTags(this.checker).filter((tag) => tag.name === 'example')
    if (text === '') this.problems.push(`${where} has no docstring.`)
    if (isCall && names.length === 0) this.problems.push(`${where} has no example.`)
    const code = names.map(({ text: parts }) => this.#example(where, ts.displayPartsToString(parts).trim()))
    const isShown = code.some((each) => new RegExp(`\\.${member.name}\\b`).test(each))
    if (names.length > 0 && !isShown) this.problems.push(`${where} is not called in its example.`)
    return [`## ${member.name}`, fence(signatureOf(member)), text, ...code].filter((part) => part !== '').join('\n\n')
  }

  #example(where, name) {
    const code = this.examples.get(name)
    const [file] = name.split('#')
    if (code !== undefined) return `From [${file}](../../examples/sdk/${file}):\n\n${fence(code)}`
    this.problems.push(`${where} names the example ${name}, which is not there.`)
    return ''
  }

  #typesPage(symbols) {
    const parts = symbols.map((symbol) => {
      const [declaration] = symbol.declarations ?? []
      return [`## ${symbol.name}`, this.#text(symbol), fence(shapeOf(declaration))]
        .filter((part) => part !== '')
        .join('\n\n')
    })
    return ['# Types', 'What the calls take and give, and the errors.', ...parts].join('\n\n')
  }

  #contents(classes, others) {
    const lines = classes.map(
      (symbol) => `- [${symbol.name}](${symbol.name}.md): ${this.#text(symbol).split('\n\n')[0]}`,
    )
    const types = others.map(({ name }) => `[\`${name}\`](types.md#${name.toLowerCase()})`).join(' · ')
    return [
      '# Reference of the library',
      'Made by `node scripts/api-docs.mjs` out of the docstrings; `npm run check` says when it is out of date. Every example runs as a test. How to begin, and what the calls of libstorage and its Go bindings are called here: [LIBRARY.md](../LIBRARY.md).',
      lines.join('\n'),
      `Types: ${types}`,
    ].join('\n\n')
  }

  /** A paragraph a line. */
  #text(symbol) {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).trim()
    return text.replaceAll(/([^\n])\n(?!\n)/g, '$1 ')
  }
}

/** Not what a base class of the platform has, nor what is for subclasses. */
function isShown({ name, declarations }) {
  const [declaration] = declarations ?? []
  if (declaration === undefined || LEFT_OUT.has(name) || name.startsWith('__')) return false
  if (!declaration.getSourceFile().fileName.includes('/src/')) return false
  if (declaration.name !== undefined && ts.isPrivateIdentifier(declaration.name)) return false
  return (ts.getCombinedModifierFlags(declaration) & HIDDEN) === 0
}

function signatureOf({ declarations: [declaration] }) {
  const isStatic = (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Static) !== 0
  const text = withoutBody(declaration).replace(/^(?:(?:static|override|async|readonly)\s+)+/, '')
  return `${isStatic ? 'static ' : ''}${text}`
}

/** A declaration as its users see it: what stands in braces is nobody’s business. */
function withoutBody(declaration) {
  const body = declaration.body?.getText() ?? ''
  const text = declaration.getText()
  return (body === '' ? text : text.slice(0, -body.length)).trimEnd()
}

function shapeOf(declaration) {
  if (declaration === undefined) return ''
  if (ts.isFunctionDeclaration(declaration)) return withoutBody(declaration).replace(/^export /, '')
  if (ts.isVariableDeclaration(declaration)) return declaration.name.getText()
  if (!ts.isClassDeclaration(declaration)) return declaration.getText().replace(/^export /, '')
  const shown = declaration.members.filter(
    (member) =>
      !(member.name && ts.isPrivateIdentifier(member.name)) && (ts.getCombinedModifierFlags(member) & HIDDEN) === 0,
  )
  return `class ${declaration.name.text} {\n${shown.map((member) => `  ${withoutBody(member)}`).join('\n')}\n}`
}

function fence(code) {
  return code === '' ? '' : `\`\`\`ts\n${code}\n\`\`\``
}

async function readExamples() {
  const examples = new Map()
  for (const file of await readdir(EXAMPLES)) {
    const text = await readFile(join(EXAMPLES, file), 'utf8')
    examples.set(file, text.trim())
    for (const [, name, body] of text.matchAll(/^\/\/ #region ([\w-]+)\n([\s\S]*?)^\/\/ #endregion/gm)) {
      examples.set(`${file}#${name}`, body.trim())
    }
  }
  return examples
}

/** Compares docs/api with what the docstrings say now; a step of `npm run check`. */
export async function checkApiDocs() {
  const startedAt = performance.now()
  const { pages, problems } = await apiPages()
  for (const [file, text] of pages) {
    const there = await readFile(join(OUT, file), 'utf8').catch(() => '')
    if (there.trim() !== text.trim()) problems.push(`docs/api/${file} is out of date: node scripts/api-docs.mjs`)
  }
  const seconds = (performance.now() - startedAt) / 1000
  return { code: problems.length === 0 ? 0 : 1, output: problems.join('\n'), seconds, note: `${pages.size} pages` }
}

async function writeApiDocs() {
  const { pages, problems } = await apiPages()
  if (problems.length > 0) throw new Error(problems.join('\n'))
  await rm(OUT, { recursive: true, force: true })
  await mkdir(OUT, { recursive: true })
  for (const [file, text] of pages) await writeFile(join(OUT, file), `${text.trim()}\n`)
}

if (process.argv[1] === join(root, 'scripts', 'api-docs.mjs')) {
  if (process.argv.includes('--check')) {
    const { code, output } = await checkApiDocs()
    process.stdout.write(`${output}\n`)
    process.exitCode = code
  } else {
    await writeApiDocs()
  }
}
