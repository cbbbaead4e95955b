"""A Kalman filter: predict, update, and the covariance in Joseph's form."""

import numpy as np


class KalmanFilter:
    # shape:
    #   x: (n)    P, Q: (n, n) symmetric    F: (n, n)    B: (n, k)    u: (k)
    #   z: (m)    H: (m, n)    R: (m, m) symmetric

    def __init__(self, x, P, F, B, H, Q, R):
        self.x, self.P, self.F, self.B, self.H, self.Q, self.R = x, P, F, B, H, Q, R

    def predict(self, u):
        # shape:
        #   x = F x + B u
        #   P = F P F' + Q
        self.x = self.F @ self.x + self.B @ u
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, z):
        # shape:
        #   y = z - H x                -- innovation
        #   S = H P H' + R             -- its covariance
        #   K = P H' S^-1              -- gain
        #   x = x + K y
        #   P = (I - K H) P (I - K H)' + K R K'
        y = z - self.H @ self.x
        S = self.H @ self.P @ self.H.T + self.R
        K = np.linalg.solve(S, self.H @ self.P).T
        self.x = self.x + K @ y
        A = np.eye(len(self.x)) - K @ self.H
        self.P = A @ self.P @ A.T + K @ self.R @ K.T

    def log_likelihood(self, z):
        # shape:
        #   S: (m, m) posdef
        #   y = z - H x
        #   l = -1/2 y' inv(S) y - 1/2 logdet(S) - m/2 log(2π)
        #   dl/dy = -inv(S) y
        y = z - self.H @ self.x
        S = self.H @ self.P @ self.H.T + self.R
        _, logdet = np.linalg.slogdet(S)
        return -0.5 * (y @ np.linalg.solve(S, y) + logdet + len(z) * np.log(2 * np.pi))

    def measurement_noise(self, V):
        # shape:
        #   V: (m, p)
        #   R = H V V' H'
        return self.H @ V @ V.T @ self.H.T
