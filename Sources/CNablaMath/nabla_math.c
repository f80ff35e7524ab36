#include "nabla_math.h"

// `#embed` is C23, and an extension that clang offers in C11. It needs no resource bundle, so a moved binary works.
#pragma clang diagnostic ignored "-Wc23-extensions"

// In an order in which every section stands after those that it uses.
static const unsigned char source[] = {
#embed "include/nabla_math/constants.h"
    ,
#embed "include/nabla_math/piecewise.h"
    ,
#embed "include/nabla_math/pair.h"
    ,
#embed "include/nabla_math/exponential.h"
    ,
#embed "include/nabla_math/circular_pair.h"
    ,
#embed "include/nabla_math/precise.h"
    ,
#embed "include/nabla_math/power.h"
    ,
#embed "include/nabla_math/circular.h"
    ,
#embed "include/nabla_math/hyperbolic.h"
    ,
#embed "include/nabla_math/logarithmic.h"
    ,
#embed "include/nabla_math/erfi.h"
    ,
#embed "include/nabla_math/gamma.h"
    ,
#embed "include/nabla_math/digamma.h"
    ,
#embed "include/nabla_math/polygamma.h"
    ,
#embed "include/nabla_math/random.h"
    ,
#embed "vector/vector.h"
    ,
#embed "vector/piecewise.h"
    ,
#embed "vector/exponential.h"
    ,
#embed "vector/hyperbolic.h"
    ,
#embed "vector/logarithmic.h"
    ,
#embed "vector/circular.h"
    ,
#embed "vector/inverse.h"
    ,
#embed "vector/power.h"
    ,
#embed "vector/error.h"
    ,
#embed "vector/lanes.h"
    ,
#embed "vector/single.h"
    ,
#embed "vector/integer.h"
    ,
#embed "vector/single_piecewise.h"
    ,
#embed "vector/single_exponential.h"
    ,
#embed "vector/single_logarithmic.h"
    ,
#embed "vector/single_error.h"
    ,
#embed "vector/single_circular.h"
    ,
#embed "vector/single_by_double.h"
    ,
    0};

const char *nabla_math_source(void) { return (const char *)source; }
