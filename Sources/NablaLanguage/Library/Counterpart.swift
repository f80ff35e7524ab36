/// What Nabla's library calls what other libraries have under names of their own. Names that differ in nothing but case
/// and underscores, such as `SimpleRNN`, need no row.
enum Counterpart {
  /// The name here of a function of Keras, PyTorch or NumPy, or of what people call it.
  static func function(_ name: String) -> String? { functions[normal(name)] }

  /// The same of the name of an argument.
  static func arguments(_ name: String) -> [String] { argumentNames[normal(name)] ?? [] }

  /// A name without what only style decides.
  static func normal(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }

  // swift-format-ignore
  private static let functions: [String: String] = [
    // Layers
    "linear": "dense", "fullyconnected": "dense", "fc": "dense",
    "conv1dtranspose": "conv2d_transpose", "convtranspose2d": "conv2d_transpose", "convolution2d": "conv2d",
    "convolution1d": "conv1d", "conv": "conv2d", "sepconv2d": "separable_conv2d",
    "maxpooling1d": "max_pool", "maxpooling2d": "max_pool", "maxpool1d": "max_pool", "maxpool2d": "max_pool",
    "averagepooling1d": "avg_pool", "averagepooling2d": "avg_pool", "avgpool1d": "avg_pool", "avgpool2d": "avg_pool",
    "averagepool": "avg_pool", "globalaveragepooling1d": "global_avg_pool", "globalaveragepooling2d": "global_avg_pool",
    "globalmaxpooling1d": "global_max_pool", "globalmaxpooling2d": "global_max_pool",
    "adaptiveavgpool2d": "global_avg_pool", "adaptivemaxpool2d": "global_max_pool",
    "rnn": "simple_rnn", "batchnormalization": "batch_norm", "batchnorm1d": "batch_norm", "batchnorm2d": "batch_norm",
    "layernormalization": "layer_norm", "groupnormalization": "group_norm", "rmsnormalization": "rms_norm",
    "instancenorm2d": "instance_norm", "dropout2d": "spatial_dropout", "spatialdropout1d": "spatial_dropout",
    "spatialdropout2d": "spatial_dropout", "multiheadattention": "multi_head_attention", "permute": "transpose",
    "upsample": "up_sampling2d", "zeropad2d": "zero_padding2d",
    // Activations
    "swish": "silu", "hardswish": "hard_silu", "exponential": "exp", "logsigmoid": "log_sigmoid",
    "lrelu": "leaky_relu",
    // Losses
    "mse": "squared_error", "mseloss": "squared_error", "meansquarederror": "squared_error", "l2loss": "squared_error",
    "mae": "absolute_error", "l1loss": "absolute_error", "meanabsoluteerror": "absolute_error",
    "mape": "absolute_percentage_error", "meanabsolutepercentageerror": "absolute_percentage_error",
    "msle": "squared_log_error", "meansquaredlogarithmicerror": "squared_log_error",
    "bce": "binary_cross_entropy", "bceloss": "binary_cross_entropy", "binarycrossentropy": "binary_cross_entropy",
    "bcewithlogitsloss": "binary_cross_entropy", "logloss": "binary_cross_entropy",
    "categoricalcrossentropy": "cross_entropy", "crossentropyloss": "sparse_cross_entropy",
    "sparsecategoricalcrossentropy": "sparse_cross_entropy", "nllloss": "sparse_cross_entropy",
    "cce": "cross_entropy", "scce": "sparse_cross_entropy", "huberloss": "huber", "smoothl1loss": "smooth_l1",
    "kld": "kl_divergence", "kldiv": "kl_divergence", "kldivloss": "kl_divergence",
    "kullbackleiblerdivergence": "kl_divergence", "binaryfocalcrossentropy": "binary_focal_cross_entropy",
    "categoricalfocalcrossentropy": "focal_cross_entropy", "poissonnllloss": "poisson", "hingeloss": "hinge",
    "tripletmarginloss": "triplet_margin", "pinball": "quantile_error",
    // Metrics
    "acc": "accuracy", "sparsecategoricalaccuracy": "sparse_accuracy", "topkcategoricalaccuracy": "top_k_accuracy",
    "sparsetopkcategoricalaccuracy": "top_k_accuracy", "f1": "f1_score", "fbeta": "f_beta", "fbetascore": "f_beta",
    "rmse": "root_mean_squared_error", "r2": "r2_score", "meaniou": "categorical_mean_iou", "iou": "mean_iou",
    "confusionmatrix": "confusion", "rocauc": "auc",
    // Rules
    "nag": "nesterov", "gd": "sgd", "gradientdescent": "sgd",
    // Initialisers
    "xavieruniform": "glorot_uniform", "xaviernormal": "glorot_normal", "xavier": "glorot_uniform",
    "glorot": "glorot_uniform", "kaiminguniform": "he_uniform", "kaimingnormal": "he_normal",
    "randomnormal": "normal", "randomuniform": "uniform",
    // Schedules
    "steplr": "step_decay", "multisteplr": "multi_step_decay", "exponentiallr": "exponential_decay",
    "linearlr": "linear_decay", "cosineannealinglr": "cosine_annealing", "onecyclelr": "one_cycle",
    "cycliclr": "triangular", "cosineannealingwarmrestarts": "cosine_decay_restarts",
    "piecewiseconstantdecay": "piecewise_constant", "cosine": "cosine_decay",
    // Penalties and constraints
    "nonneg": "non_negative", "ridge": "l2", "lasso": "l1", "orthogonalregularizer": "orthogonal_penalty",
  ]

  // swift-format-ignore
  private static let argumentNames: [String: [String]] = [
    "lr": ["rate"], "learningrate": ["rate"], "epsilon": ["eps"], "betas": ["beta1"], "decay": ["rho", "weight_decay"],
    "outfeatures": ["units"], "outputdim": ["units"], "hiddensize": ["units"], "inputdim": ["vocabulary"],
    "numembeddings": ["vocabulary"], "embeddingdim": ["units"], "outchannels": ["filters"],
    "kernelsize": ["side", "length"], "poolsize": ["size"], "strides": ["stride"], "dilationrate": ["dilation"],
    "bias": ["use_bias"], "p": ["rate"], "stddev": ["deviation"], "std": ["deviation"], "negativeslope": ["slope"],
    "numheads": ["heads"], "depthmultiplier": ["multiplier"], "k": ["k"], "numclasses": ["classes", "n"],
    "alpha": ["slope", "rho"], "gamma": ["momentum", "decay", "factor"], "stepsize": ["every"],
    "decayrate": ["decay"], "threshold": ["theta"], "maxvalue": ["limit"], "initializer": ["start"],
  ]
}

extension Library {
  /// Whether there is a function of that name without any program: in the library, or built in.
  public func has(_ name: String) -> Bool {
    functions[name] != nil || Builtin.named(name)?.isFunction ?? false
  }

  /// The argument that a person may have meant.
  public func nearestArgument(to label: String, among names: [String]) -> String? {
    Suggestion.label(label, among: names)
  }

  /// What a person may have meant by a name that neither the program nor the library has.
  ///
  /// - Parameter names: what else it could be.
  public func nearest(to name: String, among names: [String] = []) -> String? {
    Suggestion.nearest(to: name, among: names) ?? Suggestion.nearest(to: name, among: functions.keys)
  }
}
