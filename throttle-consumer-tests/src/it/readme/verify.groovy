// The plugin that docs and README tell users to copy is the one that was just run.
String log = new File(basedir, 'build.log').text
assert log.contains('Tests run: 4, Failures: 0, Errors: 0, Skipped: 0')
assert !log.contains('[WARNING]') : log.readLines().findAll { it.contains('[WARNING]') }
String flat(String xml) { xml.replaceAll(/\s+/, '') }
String pom = flat(new File(basedir, 'pom.xml').text)
int compared = 0
['README.md', 'docs/weaving.md'].each { name ->
  File page = new File(documentation as String, name)
  if (page.exists()) {
    (page.text =~ /(?s)```xml\n(.*?)```/).each { all, block ->
      if (block.contains('aspectj-maven-plugin')) {
        // Of the compiler's plugin only our path: the page need not show that of Lombok.
        (block =~ /(?s)<path>.*?<\/path>/).each { path -> assert pom.contains(flat(path)) }
        String plugin = (block =~ /(?s)<plugin>\s*<groupId>dev.aspectj.*?<\/plugin>/)[0]
        assert pom.contains(flat(plugin)) : "${name} shows another plugin than src/it/readme/pom.xml"
        compared++
      }
    }
  }
}
assert compared == 2
