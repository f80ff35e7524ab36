// The period of a pendulum that swings far out, simulated with the derivatives that Nabla wrote, and compared with the
// exact one. Build it with the file that `nabla emit` writes; see README.md beside this file.
#include "generated/hamiltonian.h"

#include <math.h>
#include <stdio.h>

// One step of the leapfrog method, which keeps the energy: half a kick, a drift, half a kick.
static void step(double x[5], double dt) {
  double energy, slope[5];
  hamiltonian_gradient(x, &energy, slope);
  x[1] -= dt / 2 * slope[0];
  hamiltonian_gradient(x, &energy, slope);
  x[0] += dt * slope[1];
  hamiltonian_gradient(x, &energy, slope);
  x[1] -= dt / 2 * slope[0];
}

// The arithmetic-geometric mean. The period is 2 pi sqrt(l/g) / agm(1, cos(amplitude/2)): Gauss, 1799.
static double agm(double a, double b) {
  while (fabs(a - b) > 1e-15 * a) {
    const double mean = (a + b) / 2;
    b = sqrt(a * b);
    a = mean;
  }
  return a;
}

int main(void) {
  const double amplitude = 2, length = 1, gravity = 9.81, dt = 1e-5;
  double x[5] = {amplitude, 0, 1, length, gravity};  // q, p, m, l, g
  const double before = hamiltonian(x[0], x[1], x[2], x[3], x[4]);
  double time = 0, last = x[0];
  while (x[0] > 0) {
    last = x[0];
    step(x, dt);
    time += dt;
  }
  // The quarter of a swing ends between the last two steps.
  const double period = 4 * (time - dt * x[0] / (x[0] - last));
  const double exact = 2 * acos(-1) * sqrt(length / gravity) / agm(1, cos(amplitude / 2));
  const double drift = hamiltonian(x[0], x[1], x[2], x[3], x[4]) / before - 1;
  printf("period %.6f s, exactly %.6f s\n", period, exact);
  printf("energy kept: %s\n", fabs(drift) < 1e-9 ? "yes" : "no");
  return fabs(period - exact) < 1e-8 * exact ? 0 : 1;
}
