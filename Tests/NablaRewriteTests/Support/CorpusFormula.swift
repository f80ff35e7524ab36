import Testing

/// Formulas of physics, statistics and machine learning: name, parameters, text.
struct CorpusFormula: Sendable, CustomTestStringConvertible {
  let name: String
  let parameters: [String]
  let text: String

  var testDescription: String { name }

  var formula: Formula { Formula(text, names: parameters) }

  // swift-format-ignore
  static let all: [CorpusFormula] = [
    CorpusFormula(name: "seed", parameters: ["a", "b", "c"], text: "3*(a+b*c)"),
    CorpusFormula(name: "gauss", parameters: ["theta"], text: "exp(-theta^2/2)/sqrt(2*pi)"),
    CorpusFormula(name: "gauss_sigma", parameters: ["theta", "sigma"], text: "exp(-(theta/sigma)^2/2)/(sqrt(2*pi)*sigma)"),
    CorpusFormula(name: "gauss_mix", parameters: ["theta", "theta1", "sigma"], text: "exp(-((theta-theta1)/sigma)^2/2)/(sqrt(2*pi)*sigma)"),
    CorpusFormula(name: "distance", parameters: ["x1", "x2", "y1", "y2"], text: "sqrt((x2-x1)^2+(y2-y1)^2)"),
    CorpusFormula(name: "gravity", parameters: ["m1", "m2", "g", "x1", "x2", "y1", "y2", "z1", "z2"], text: "g*m1*m2/((x2-x1)^2+(y2-y1)^2+(z2-z1)^2)"),
    CorpusFormula(name: "relmass", parameters: ["m0", "v", "c"], text: "m0/sqrt(1-v^2/c^2)"),
    CorpusFormula(name: "lorentz", parameters: ["q", "ef", "b", "v", "theta"], text: "q*(ef+b*v*sin(theta))"),
    CorpusFormula(name: "relmom", parameters: ["x", "u", "c", "t"], text: "(x-u*t)/sqrt(1-u^2/c^2)"),
    CorpusFormula(name: "reltime", parameters: ["x", "c", "u", "t"], text: "(t-u*x/c^2)/sqrt(1-u^2/c^2)"),
    CorpusFormula(name: "velocityadd", parameters: ["c", "v", "u"], text: "(u+v)/(1+u*v/c^2)"),
    CorpusFormula(name: "interference", parameters: ["i1", "i2", "delta"], text: "i1+i2+2*sqrt(i1*i2)*cos(delta)"),
    CorpusFormula(name: "grating", parameters: ["i0", "n", "theta"], text: "i0*sin(n*theta/2)^2/sin(theta/2)^2"),
    CorpusFormula(name: "snell", parameters: ["n", "theta2"], text: "asin(n*sin(theta2))"),
    CorpusFormula(name: "lens", parameters: ["d1", "n", "d2"], text: "1/(1/d1+n/d2)"),
    CorpusFormula(name: "wavesum", parameters: ["x1", "x2", "theta1", "theta2"], text: "sqrt(x1^2+x2^2-2*x1*x2*cos(theta1-theta2))"),
    CorpusFormula(name: "barometric", parameters: ["n0", "m", "g", "x", "kb", "t"], text: "n0*exp(-m*g*x/(kb*t))"),
    CorpusFormula(name: "planck", parameters: ["h", "omega", "kb", "t", "c"], text: "h*omega^3/(pi^2*c^2*(exp(h*omega/(kb*t))-1))"),
    CorpusFormula(name: "bose", parameters: ["h", "omega", "kb", "t"], text: "h*omega/(exp(h*omega/(kb*t))-1)"),
    CorpusFormula(name: "isothermal", parameters: ["n", "kb", "t", "v2", "v1"], text: "n*kb*t*log(v2/v1)"),
    CorpusFormula(name: "dipole", parameters: ["q", "y", "d", "r", "epsilon"], text: "3*q*d*y/(4*pi*epsilon*r^5)"),
    CorpusFormula(name: "clausius", parameters: ["n", "alpha", "epsilon"], text: "1+n*alpha/(1-n*alpha/3)*epsilon"),
    CorpusFormula(name: "saturate", parameters: ["n0", "mom", "b", "kb", "t"], text: "n0*tanh(mom*b/(kb*t))"),
    CorpusFormula(name: "partition", parameters: ["n0", "mom", "b", "kb", "t"], text: "n0/(exp(mom*b/(kb*t))+exp(-mom*b/(kb*t)))"),
    CorpusFormula(name: "diode", parameters: ["i0", "q", "volt", "kb", "t"], text: "i0*(exp(q*volt/(kb*t))-1)"),
    CorpusFormula(name: "band", parameters: ["u", "k", "d"], text: "2*u*(1-cos(k*d))"),
    CorpusFormula(name: "compton", parameters: ["e", "m", "c", "theta"], text: "e/(1+e/(m*c^2)*(1-cos(theta)))"),
    CorpusFormula(name: "rutherford", parameters: ["z1", "z2", "alpha", "hbar", "c", "e", "theta"], text: "(z1*z2*alpha*hbar*c/(4*e*sin(theta/2)^2))^2"),
    CorpusFormula(name: "kepler", parameters: ["r1", "ecc", "theta1", "theta2", "alpha"], text: "alpha*(1+ecc*cos(theta1-theta2))/r1"),
    CorpusFormula(name: "schechter", parameters: ["l", "lstar", "phi", "alpha"], text: "phi/lstar*(l/lstar)^alpha*exp(-l/lstar)"),
    CorpusFormula(name: "logistic", parameters: ["z"], text: "1/(1+exp(-z))"),
    CorpusFormula(name: "softplus", parameters: ["z"], text: "log(1+exp(z))"),
    CorpusFormula(name: "bce", parameters: ["w", "x", "b", "y"], text: "-(y*log(1/(1+exp(-(w*x+b))))+(1-y)*log(1-1/(1+exp(-(w*x+b)))))"),
    CorpusFormula(name: "rosenbrock", parameters: ["x", "y"], text: "(1-x)^2+100*(y-x^2)^2"),
    CorpusFormula(name: "himmelblau", parameters: ["x", "y"], text: "(x^2+y-11)^2+(x+y^2-7)^2"),
    CorpusFormula(name: "ackley", parameters: ["x", "y"], text: "-20*exp(-0.2*sqrt((x^2+y^2)/2))-exp((cos(2*pi*x)+cos(2*pi*y))/2)+exp(1)+20"),
    CorpusFormula(name: "morse", parameters: ["d", "a", "r", "re"], text: "d*(1-exp(-a*(r-re)))^2"),
    CorpusFormula(name: "lennard", parameters: ["eps", "sigma", "r"], text: "4*eps*((sigma/r)^12-(sigma/r)^6)"),
    CorpusFormula(name: "blackscholes_d1", parameters: ["s", "k", "r", "sigma", "t"], text: "(log(s/k)+(r+sigma^2/2)*t)/(sigma*sqrt(t))"),
    CorpusFormula(name: "blackscholes", parameters: ["s", "k", "r", "sigma", "t"], text: "s*(1+erf((log(s/k)+(r+sigma^2/2)*t)/(sigma*sqrt(t))/sqrt(2)))/2-k*exp(-r*t)*(1+erf(((log(s/k)+(r+sigma^2/2)*t)/(sigma*sqrt(t))-sigma*sqrt(t))/sqrt(2)))/2"),
    CorpusFormula(name: "vanderwaals", parameters: ["n", "r", "t", "v", "a", "b"], text: "n*r*t/(v-n*b)-a*n^2/v^2"),
    CorpusFormula(name: "hill", parameters: ["vmax", "s", "km", "n"], text: "vmax*s^n/(km^n+s^n)"),
    CorpusFormula(name: "arrhenius", parameters: ["a", "ea", "r", "t"], text: "a*exp(-ea/(r*t))"),
    CorpusFormula(name: "haversine", parameters: ["lat1", "lon1", "lat2", "lon2", "r"], text: "2*r*asin(sqrt(sin((lat2-lat1)/2)^2+cos(lat1)*cos(lat2)*sin((lon2-lon1)/2)^2))"),
    CorpusFormula(name: "twolink_x", parameters: ["l1", "l2", "t1", "t2"], text: "l1*cos(t1)+l2*cos(t1+t2)"),
    CorpusFormula(name: "pendulum", parameters: ["m", "l", "g", "theta", "omega"], text: "m*l^2*omega^2/2+m*g*l*(1-cos(theta))"),
    CorpusFormula(name: "lstm_gate", parameters: ["w", "x", "u", "h", "b", "s"], text: "s/(1+exp(-(w*x+u*h+b)))+tanh(w*x+u*h)*(1-1/(1+exp(-(w*x+b))))"),
  ]
}
