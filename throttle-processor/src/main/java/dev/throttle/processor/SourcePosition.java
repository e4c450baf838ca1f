package dev.throttle.processor;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Prints at the exact place of an annotation where {@code Messager} cannot.
 *
 * <p>javac wraps repeated annotations in a container that has no place in the source, and copies
 * those on a record's component to an accessor that has none; the {@code Messager} then falls back
 * to the element's name, or to no place at all. So the n-th mirror is matched with the n-th tree,
 * and the component stands for its accessor. Where javac's trees are not to be had (Eclipse, a
 * wrapped environment), the fallback stands.
 */
final class SourcePosition {

  private SourcePosition() {}

  /** Prints the message if the place is one that the {@code Messager} misses, and is known. */
  static boolean print(
      ProcessingEnvironment environment,
      Kind kind,
      String message,
      Declaration declaration,
      @Nullable AnnotationValue value) {
    try {
      Trees trees = Trees.instance(environment);
      Element element = declaration.element();
      TreePath path = trees.getPath(element);
      if (path != null && element.getAnnotationMirrors().contains(declaration.mirror())) {
        return false;
      }
      Tree tree;
      if (path == null) {
        path = pathOfComponent(trees, element);
        tree = path == null ? null : path.getLeaf();
      } else {
        tree = find(trees, path, declaration, value);
      }
      if (path == null || tree == null) {
        return false;
      }
      trees.printMessage(kind, message, tree, path.getCompilationUnit());
      return true;
    } catch (IllegalArgumentException | LinkageError e) {
      return false;
    }
  }

  private static @Nullable Tree find(
      Trees trees, TreePath path, Declaration declaration, @Nullable AnnotationValue value) {
    ModifiersTree modifiers = modifiers(path.getLeaf());
    if (modifiers == null) {
      return null;
    }
    Element throttle = declaration.mirror().getAnnotationType().asElement();
    List<? extends AnnotationTree> written =
        modifiers.getAnnotations().stream()
            .filter(tree -> throttle.equals(typeOf(trees, path, tree)))
            .toList();
    List<AnnotationMirror> mirrors =
        Declarations.writtenOn(declaration.element()).stream().map(Declaration::mirror).toList();
    // An explicit @Throttles({...}) is found by the Messager itself.
    if (written.size() != mirrors.size()) {
      return null;
    }
    AnnotationTree tree = written.get(mirrors.indexOf(declaration.mirror()));
    return value == null ? tree : valueIn(tree, declaration, value);
  }

  private static @Nullable TreePath pathOfComponent(Trees trees, Element accessor) {
    return accessor.getEnclosingElement() instanceof TypeElement type
        ? ElementFilter.fieldsIn(type.getEnclosedElements()).stream()
            .filter(field -> field.getSimpleName().equals(accessor.getSimpleName()))
            .findFirst()
            .map(trees::getPath)
            .orElse(null)
        : null;
  }

  private static @Nullable ModifiersTree modifiers(Tree tree) {
    if (tree instanceof MethodTree method) {
      return method.getModifiers();
    }
    return tree instanceof ClassTree type ? type.getModifiers() : null;
  }

  private static @Nullable Element typeOf(Trees trees, TreePath path, AnnotationTree tree) {
    return trees.getElement(new TreePath(new TreePath(path, tree), tree.getAnnotationType()));
  }

  private static Tree valueIn(AnnotationTree tree, Declaration declaration, AnnotationValue value) {
    String attribute =
        declaration.mirror().getElementValues().entrySet().stream()
            .filter(entry -> entry.getValue() == value)
            .map(entry -> entry.getKey())
            .map(ExecutableElement::getSimpleName)
            .findFirst()
            .map(Object::toString)
            .orElse(Declaration.NAME);
    for (ExpressionTree argument : tree.getArguments()) {
      if (!(argument instanceof AssignmentTree assignment)) {
        return argument;
      }
      if (assignment.getVariable().toString().equals(attribute)) {
        return assignment.getExpression();
      }
    }
    return tree;
  }
}
