function [W, Y] = pca(X, k)
% Principal components by the covariance matrix.
%
% shape:
%   X: (n, p)    W: (p, k)    μ: (p)
%   μ = 1/n X' ones(n)
%   Z = X - ones(n) μ'
%   S = 1/n Z' Z
%   Y = Z W
%   f = tr(W' S W)
%   df/dW = 2 S W
mu = mean(X)';
Z = X - ones(size(X, 1), 1) * mu';
S = Z' * Z / size(X, 1);
[V, ~] = eigs(S, k);
W = V;
Y = Z * W;

% shape:
%   E = Y W' - X'
E = Y * W' - Z;
end
