// The way in that README.md has for Java programs made for Gmail: its block is run as it stands there. To run it by hand, in
// this folder:
//
//     java -cp '/usr/share/java/*' ways_in.java http://127.0.0.1:7070
//
// There are the classes of Debian's packages libgoogle-api-client-java and libgoogle-auth-java; java/Gmail.java stands in for
// the one that they lack.

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

class WaysIn {
    static final String DOCUMENTED = "http://127.0.0.1:7070";
    static final String CLASSES = System.getProperty("java.class.path");

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            System.err.println("usage: java -cp CLASSES ways_in.java http://127.0.0.1:PORT");
            System.exit(2);
        }
        var block = block(arguments[0].replaceAll("/$", ""));
        var end = block.lastIndexOf("    }\n}");
        var more = block.substring(0, end) + "        More.carryOut(gmail);\n" + block.substring(end);
        check("G70: Java by setRootUrl: calls", block, "rina@example.com\n");
        check("G70: Java by setRootUrl: media and a batch", more, "rina@example.com\ntrue\ntrue\n[true, true]\n");
        System.out.println("2 of 2 checks passed");
    }

    /** The block of README.md for Java, for this server. */
    static String block(String base) throws Exception {
        var readme = Files.readString(Path.of("../../../../README.md"));
        var blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme).results();
        var found = blocks.map(match -> match.group(1)).filter(block -> block.contains("setRootUrl(\"" + DOCUMENTED));
        return found.findFirst().orElseThrow().replace(DOCUMENTED, base);
    }

    static void check(String name, String program, String expected) throws Exception {
        var found = printed(program);
        if (!found.equals(expected)) {
            System.out.println("FAIL  " + name + "\n   found " + found + "\nexpected " + expected);
            System.exit(1);
        }
        System.out.println("ok    " + name);
    }

    /** What a program prints. */
    static String printed(String program) throws Exception {
        var folder = Files.createTempDirectory("dak-ways-in-");
        var example = Files.writeString(folder.resolve("Example.java"), program);
        run(List.of("javac", "-nowarn", "-cp", CLASSES, "-d", "" + folder, "" + example, "java/Gmail.java", "java/More.java"));
        var printed = run(List.of("java", "-cp", folder + File.pathSeparator + CLASSES, "Example"));
        try (var files = Files.walk(folder)) {
            files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
        }
        return printed;
    }

    static String run(List<String> command) throws Exception {
        var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var printed = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command.get(0) + " failed: " + printed);
        }
        return printed;
    }
}
