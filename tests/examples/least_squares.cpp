// Ridge regression by the normal equations.
#include <Eigen/Dense>

using Eigen::MatrixXd;
using Eigen::VectorXd;

// shape:
//   X: (n, p)    y: (n)    w: (p)    λ: scalar
//   r = X w - y
//   f = 1/2 r' r + λ/2 w' w
//   df/dw = X' r + λ w
//   ∇²_w f = X' X + λ I
VectorXd ridge(const MatrixXd& X, const VectorXd& y, double lambda) {
    /* shape:
         w = (X' X + λ I)^-1 X' y
    */
    const MatrixXd A = X.transpose() * X + lambda * MatrixXd::Identity(X.cols(), X.cols());
    return A.ldlt().solve(X.transpose() * y);
}

VectorXd residual_weights(const MatrixXd& X, const VectorXd& r) {
    // shape: X: (n, p); r: (n)
    // shape: g = X r
    return X.transpose() * r;
}
