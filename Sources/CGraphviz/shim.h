// Graphviz for Swift. Swift imports neither the library's macros nor writable string parameters, so the few that
// are needed stand here as functions, and nothing else does.
#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

/// The node that an edge points to.
static inline Agnode_t *graphviz_head(Agedge_t *edge) { return AGHEAD(edge); }

/// Sets a graph attribute unless the graph has it already.
static inline void graphviz_set_default(Agraph_t *graph, const char *name, const char *value) {
  if (agget(graph, (char *)name) == NULL) agattr(graph, AGRAPH, (char *)name, (char *)value);
}

/// The width and height of a graph that has been laid out, in points.
static inline pointf graphviz_extent(Agraph_t *graph) {
  boxf box = GD_bb(graph);
  pointf extent = {box.UR.x - box.LL.x, box.UR.y - box.LL.y};
  return extent;
}

/// The resolution for rendering a graph that has been laid out, in dots an inch.
static inline void graphviz_set_resolution(Agraph_t *graph, double resolution) {
  GD_drawing(graph)->dpi = resolution;
}
