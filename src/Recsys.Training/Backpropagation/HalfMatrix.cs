using System.Runtime.InteropServices;
using Recsys.Inference.Kernels;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// A bfloat16 matrix for an operand or the outcome of a product, written over again and again. libtorch compiles a program for each shape of a bfloat16 product, which takes longer than
/// most products, and keeps a thousand: so the numbers of rows are rounded up, and there are few.
/// </summary>
internal sealed class HalfMatrix : IDisposable
{
    /// <summary>What numbers of rows are rounded up to a multiple of: small ones, and those above <see cref="LargeStep"/>.</summary>
    private const int SmallStep = 16, LargeStep = 64;

    private Tensor? _values;
    private int _capacity, _rows, _columns;

    /// <summary>Rows, rounded up.</summary>
    public int Rows => _rows;

    /// <summary>All of it, (rows, columns).</summary>
    public Span<ushort> Span => MemoryMarshal.Cast<byte, ushort>(_values!.bytes)[..(_rows * _columns)];

    /// <summary>Takes the rounded values of some rows, and zeros up to the next number of rows that there are products of.</summary>
    /// <param name="values">(rows, columns).</param>
    /// <param name="columns">Columns.</param>
    public void Round(ReadOnlySpan<float> values, int columns)
    {
        Resize(values.Length / columns, columns);
        BFloat16.Narrow(values, Span);
        Span[values.Length..].Clear();
    }

    /// <summary>Some columns of a row.</summary>
    public Span<ushort> Row(int row, int columns) => Span.Slice(row * _columns, columns);

    /// <summary>All of it for libtorch; goes with the present dispose scope.</summary>
    public Tensor Tensor() => Tensor(0, _rows);

    /// <summary>Some rows of it for libtorch; goes with the present dispose scope.</summary>
    public Tensor Tensor(int first, int rows)
    {
        using var part = _values!.narrow(0, first * _columns, rows * _columns);
        return part.view(rows, _columns);
    }

    /// <summary>Sets the number of rows, rounded up; what they hold is undefined.</summary>
    public void Resize(int rows, int columns)
    {
        var step = rows <= LargeStep ? SmallStep : LargeStep;
        Fit((rows + step - 1) / step * step, columns);
    }

    /// <summary>Becomes a b.</summary>
    /// <param name="a">(rows, k) bfloat16; rows or k are those of another such matrix or of the weights.</param>
    /// <param name="b">(k, columns) bfloat16.</param>
    public void Multiply(Tensor a, Tensor b)
    {
        Fit((int)a.shape[0], (int)b.shape[1]);
        using var to = Tensor();
        // What was there is left out, not multiplied by zero.
        to.addmm_(a, b, beta: 0, alpha: 1);
    }

    public void Dispose() => _values?.Dispose();

    private void Fit(int rows, int columns)
    {
        (_rows, _columns) = (rows, columns);
        if (rows * columns <= _capacity)
            return;
        _values?.Dispose();
        _capacity = rows * columns;
        _values = empty(_capacity, dtype: ScalarType.BFloat16).DetachFromDisposeScope();
    }
}
