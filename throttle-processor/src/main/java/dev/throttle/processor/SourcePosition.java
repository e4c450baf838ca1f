package dev.throttle.processor;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.List;
import java.util.Map;
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
 * <p>javac wraps repeated annotations in a container that has no place in the source, finds nothing
 * within an array that is written without braces, and copies the annotations on a record's
 * component to an accessor that has none; the {@code Messager} then falls back to the annotation,
 * to the element's name, or to no place at all. So the n-th mirror is matched with the n-th tree,
 * and the component stands for its accessor.
 */
final class SourcePosition {

  private SourcePosition() {}

  /**
   * Prints the message if the place can be found; to be asked by {@link JavacTrees}, without which
   * the fallback stands.
   */
  static boolean print(
      ProcessingEnvironment environment,
      Kind kind,
      String message,
      Declaration declaration,
      @Nullable AnnotationValue value) {
    Trees trees = Trees.instance(environment);
    Element element = declaration.element();
    TreePath path = trees.getPath(element);
    Tree tree;
    if (path == null) {
      path = pathOfComponent(trees, element);
      tree = path == null ? null : path.getLeaf();
    } else {
      AnnotationTree annotation = annotation(trees, path, declaration);
      tree =
          annotation == null || value == null
              ? annotation
              : valueIn(annotation, declaration, value);
    }
    if (path == null || tree == null) {
      return false;
    }
    trees.printMessage(kind, message, tree, path.getCompilationUnit());
    return true;
  }

  private static @Nullable AnnotationTree annotation(
      Trees trees, TreePath path, Declaration declaration) {
    Declaration within = declaration.within();
    if (within != null) {
      AnnotationTree outer = annotation(trees, path, within);
      Tree also = outer == null ? null : argument(outer, Declaration.ALSO);
      return also != null
              && entry(also, within.also().indexOf(declaration)) instanceof AnnotationTree limit
          ? limit
          : null;
    }
    ModifiersTree modifiers = modifiers(path.getLeaf());
    if (modifiers == null) {
      return null;
    }
    Element type = declaration.mirror().getAnnotationType().asElement();
    List<? extends AnnotationTree> written =
        modifiers.getAnnotations().stream()
            .filter(tree -> type.equals(typeOf(trees, path, tree)))
            .toList();
    List<? extends AnnotationMirror> mirrors =
        Declarations.isThrottle(type)
            ? Declarations.writtenOn(declaration.element()).stream()
                .map(Declaration::mirror)
                .toList()
            : List.of(declaration.mirror());
    // An explicit @Throttles({...}) is found by the Messager itself.
    return written.size() == mirrors.size()
        ? written.get(mirrors.indexOf(declaration.mirror()))
        : null;
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
    if (tree instanceof VariableTree parameter) {
      return parameter.getModifiers();
    }
    return tree instanceof ClassTree type ? type.getModifiers() : null;
  }

  private static @Nullable Element typeOf(Trees trees, TreePath path, AnnotationTree tree) {
    return trees.getElement(new TreePath(new TreePath(path, tree), tree.getAnnotationType()));
  }

  /** Returns the place of a value, or of an entry of a value, or else that of the annotation. */
  private static Tree valueIn(AnnotationTree tree, Declaration declaration, AnnotationValue value) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> written :
        declaration.mirror().getElementValues().entrySet()) {
      String attribute = written.getKey().getSimpleName().toString();
      int entry = declaration.entries(attribute).indexOf(value);
      if (written.getValue() == value || entry >= 0) {
        Tree found = argument(tree, attribute);
        found = found == null || entry < 0 ? found : entry(found, entry);
        return found == null ? tree : found;
      }
    }
    return tree;
  }

  private static @Nullable Tree argument(AnnotationTree tree, String attribute) {
    for (ExpressionTree argument : tree.getArguments()) {
      if (!(argument instanceof AssignmentTree assignment)) {
        return attribute.equals(Declaration.NAME) ? argument : null;
      }
      if (assignment.getVariable().toString().equals(attribute)) {
        return assignment.getExpression();
      }
    }
    return null;
  }

  private static @Nullable Tree entry(Tree array, int i) {
    if (!(array instanceof NewArrayTree several)) {
      return array;
    }
    return i < several.getInitializers().size() ? several.getInitializers().get(i) : null;
  }
}
