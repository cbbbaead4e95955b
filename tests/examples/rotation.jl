# Aligns two clouds of points (Kabsch), and refines the rotation by its tangent.

function align(X, Y)
    # shape:
    #   X, Y: (3, n)    R: (3, 3) orthogonal
    #   H = X Y'
    #   f = ‖R X - Y‖_F²
    #   df/dR = 2 (R X - Y) X'
    H = X * Y'
    U, _, V = svd(H)
    return V * U'
end

function residuals(A, x, b)
    # shape:
    #   A: (m, n)    x: (n)    b: (m)
    #   r = A x - b
    #   ∂(r' r)/∂x = 2Aᵀ(A x - b)
    #   ∂²(r' r)/∂x∂x' = 2AᵀA
    return A * x - b
end
