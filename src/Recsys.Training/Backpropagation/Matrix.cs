using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>A float32 matrix that is written over in every step, and grows to the largest one that was asked for.</summary>
/// <param name="columns">Its width.</param>
internal sealed class Matrix(int columns) : IDisposable
{
    private Tensor? _values;
    private int _capacity;

    public int Columns { get; } = columns;

    public int Rows { get; private set; }

    /// <summary>All of it, (rows, columns).</summary>
    public Span<float> Span => Slice(0, Rows);

    /// <summary>Sets the number of rows; what they hold is undefined.</summary>
    public void Resize(int rows)
    {
        if (rows > _capacity)
        {
            _values?.Dispose();
            _capacity = rows + (rows / 4);
            _values = empty(_capacity, Columns).DetachFromDisposeScope();
        }
        Rows = rows;
    }

    /// <summary>Some rows' values.</summary>
    public Span<float> Slice(int first, int rows) => rows == 0 ? [] : MemoryMarshal.Cast<byte, float>(_values!.bytes).Slice(first * Columns, rows * Columns);

    /// <summary>All of it for libtorch; goes with the present dispose scope.</summary>
    public Tensor Tensor() => Tensor(0, Rows);

    /// <summary>Some rows for libtorch; goes with the present dispose scope.</summary>
    public Tensor Tensor(int first, int rows) => _values!.narrow(0, first, rows);

    public void Dispose() => _values?.Dispose();
}
