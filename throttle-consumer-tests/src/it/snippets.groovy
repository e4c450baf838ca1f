// The XML that a section of docs/weaving.md shows stands in the project that was just run.
// Bound: basedir, documentation, and the section's heading.
String flat(String text) { text.replaceAll(/\s+/, '') }
File page = new File(documentation as String, 'docs/weaving.md')
List<String> ours = []
basedir.eachFileRecurse {
  if (it.name in ['pom.xml', 'aop.xml'] && !basedir.toPath().relativize(it.toPath()).any { part -> part.toString() == 'target' }) {
    ours << flat(it.text)
  }
}
String section = page.text.split(/(?m)^## /).find { it.startsWith(heading) }
assert section != null : "docs/weaving.md has no section '${heading}'"
def blocks = (section =~ /(?s)```xml\n(.*?)```/).collect { flat(it[1]) }
assert !blocks.isEmpty()
blocks.each { block -> assert ours.any { it.contains(block) } : "docs/weaving.md shows what no project has: ${block}" }
return true
