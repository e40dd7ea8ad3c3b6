/** What can be set in {@code application.yml}. */
@NullMarked
package dev.heddle.demo.settings;

import org.jspecify.annotations.NullMarked;
