package dev.heddle.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Holds the layers: on the class path of an executable jar nobody else does. */
@DisabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk") // no scheduler is needed for it
class ArchitectureTest {

    private static final String ROOT = "dev.heddle.runtime";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static void mayImport(String layer, String... below) {
        List<String> allowed =
                new ArrayList<>(List.of("java..", "org.jspecify..", ROOT + ".internal.log", ROOT + layer));
        Arrays.stream(below)
                .map(name -> name.startsWith(".") ? ROOT + name : name)
                .forEach(allowed::add);
        classes()
                .that()
                .resideInAPackage(ROOT + layer)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void eachLayerImportsOnlyWhatLiesBelow() {
        String jctools = "org.jctools..";
        mayImport(".internal.log");
        mayImport(".internal.loom");
        mayImport(".internal.linux");
        mayImport(".metrics");
        mayImport(".internal.port", ".internal.loom");
        mayImport(".task", ".internal.port", ".internal.loom");
        mayImport(".internal.context", ".task", ".internal.port", ".internal.loom");
        mayImport(".time", ".internal.context", ".internal.port", ".internal.loom", ".task");
        mayImport(".net", ".internal.context", ".internal.port", ".sync", ".task", "javax.net.ssl..");
        mayImport(".sync", ".internal.context", ".internal.loom", ".task");
        mayImport(".internal.task", ".internal.context", ".internal.port", ".internal.loom", ".task", ".metrics");
        mayImport(".internal.blocking", ".internal.task", ".internal.loom", ".metrics");
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".internal.driver")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".internal.task", ROOT + ".internal.scheduler", ROOT)
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".internal.driver", ROOT + ".internal.scheduler")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(jctools)
                .check(CLASSES);
    }

    @Test
    void nobodyImportsTheRoot() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void thereIsNoStaticMutableState() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }
}
