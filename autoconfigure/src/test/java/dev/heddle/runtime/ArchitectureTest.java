package dev.heddle.runtime;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasReturnType.Predicates.rawReturnType;
import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import dev.heddle.runtime.annotation.AsyncTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;

/** The rules that Boot holds its own auto-configurations to, and the layers of this module. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importLocations(List.of(Location.of(
                    AsyncTask.class.getProtectionDomain().getCodeSource().getLocation())));

    @Test
    void autoConfigurations_arePublicFinal_andNamedSo() {
        classes()
                .that(annotatedWith(AutoConfiguration.class))
                .should()
                .haveSimpleNameEndingWith("AutoConfiguration")
                .andShould()
                .haveModifier(PUBLIC)
                .andShould()
                .haveModifier(FINAL)
                .check(CLASSES);
    }

    @Test
    void autoConfigurations_haveNoOtherPublicMember() {
        noMethods()
                .that()
                .areDeclaredInClassesThat(annotatedWith(AutoConfiguration.class))
                .should()
                .bePublic()
                .check(CLASSES);
    }

    @Test
    void autoConfigurations_areListed() throws IOException {
        String imports = new ClassPathResource(
                        "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports")
                .getContentAsString(StandardCharsets.UTF_8);
        assertThat(imports.lines())
                .isSorted()
                .containsExactlyInAnyOrderElementsOf(CLASSES.that(annotatedWith(AutoConfiguration.class)).stream()
                        .map(JavaClass::getName)
                        .toList());
    }

    @Test
    void beanMethods_ofPostProcessors_areStatic() {
        methods()
                .that()
                .areAnnotatedWith(Bean.class)
                .and(rawReturnType(JavaClass.Predicates.assignableTo(BeanPostProcessor.class)))
                .should()
                .beStatic()
                .check(CLASSES);
    }

    @Test
    void conditionsOnClasses_areNotOnBeanMethods() {
        noMethods().should(beAnnotatedWith(ConditionalOnClass.class)).check(CLASSES);
    }

    @Test
    void packages_haveNoCycle() {
        slices().matching("dev.heddle.runtime.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyAutoConfiguration_knowsAutoConfiguration() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..autoconfigure..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.heddle.runtime.autoconfigure..")
                .check(CLASSES);
    }

    @Test
    void optionalLibraries_areKnownToTheirOwnPackagesOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..actuate..", "..autoconfigure.endpoint..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework.boot.actuate..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages("..micrometer..", "..autoconfigure.metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages("..health..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework.boot.health..")
                .check(CLASSES);
    }

    @Test
    void internalsOfTheRuntime_areNotUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.heddle.runtime.internal..")
                .check(CLASSES);
    }
}
