#ifndef NABLA_MATH_H
#define NABLA_MATH_H
#endif
