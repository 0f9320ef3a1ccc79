using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>Matrix products by libtorch: in float32, or of operands that are rounded to bfloat16 where one of them already is.</summary>
internal static class Products
{
    /// <summary>to = a b, or to += a b.</summary>
    /// <param name="to">(n, m) float32.</param>
    /// <param name="a">(n, k).</param>
    /// <param name="b">(k, m).</param>
    /// <param name="add">Whether to add to what is there.</param>
    public static void Multiply(Tensor to, Tensor a, Tensor b, bool add)
    {
        if (a.dtype == b.dtype && a.dtype == ScalarType.Float32)
        {
            to.addmm_(a, b, add ? 1 : 0, 1);
            return;
        }
        using var left = a.to_type(ScalarType.BFloat16);
        using var right = b.to_type(ScalarType.BFloat16);
        using var product = left.mm(right);
        if (add)
            to.add_(product);
        else
            to.copy_(product);
    }

    /// <summary>to += a' b, both (n, ...): the gradient of a weight from that of its outputs and its inputs.</summary>
    public static void AddGradient(Tensor to, Tensor outputs, Tensor inputs, bool bfloat16)
    {
        using var turned = outputs.t();
        if (bfloat16)
        {
            using var rounded = turned.to_type(ScalarType.BFloat16);
            Multiply(to, rounded, inputs, add: true);
        }
        else
        {
            Multiply(to, turned, inputs, add: true);
        }
    }
}
