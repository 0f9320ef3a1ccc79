using Recsys.Inference.Kernels;
using Recsys.Inference.Matrices;

namespace Recsys.Inference.Taste;

/// <summary>
/// The least-squares vector of one user given the items' vectors, or of one item given the users': the minimum over x of sum of w (x f - 1)^2 over what was observed, plus alpha0 times the sum of
/// (x f)^2 over everything, plus lambda (n + alpha0 N)^nu |x|^2. Either whole (the normal equations, Hu, Koren and Volinsky 2008) or block after block of x from where it is (iALS++, Rendle, Krichene,
/// Zhang and Koren 2021, algorithm 2: a Newton step in each block, which is exact there because the objective is quadratic). Holds working memory: of one thread at a time.
/// </summary>
internal sealed class TasteSolver
{
    // So many rows of a block of 64 fit into the first-level cache.
    private const int RowsAtATime = 128;

    private readonly TasteOptions _options;
    private readonly int _block;
    private readonly float[] _rows;
    private readonly float[] _matrix;
    private readonly float[] _right;
    private float[] _predictions = [];

    internal TasteSolver(TasteOptions options)
    {
        _options = options;
        _block = GramKernel.Padded(Math.Min(options.BlockSize, options.Dimensions));
        _rows = new float[RowsAtATime * _block];
        _matrix = new float[_block * _block];
        _right = new float[_block];
    }

    /// <summary>Solves for x.</summary>
    /// <param name="others">Rows of the factors; a repeat counts again.</param>
    /// <param name="confidences">One an other, above 0; empty: all 1.</param>
    /// <param name="factors">(N, d).</param>
    /// <param name="gram">alpha0 F'F, (d, d).</param>
    /// <param name="x">(d): where it starts from and ends; a whole solution doesn't depend on the start.</param>
    internal void Solve(ReadOnlySpan<int> others, ReadOnlySpan<float> confidences, ReadOnlySpan<float> factors, ReadOnlySpan<float> gram, Span<float> x)
    {
        if (others.IsEmpty)
        {
            x.Clear();
            return;
        }

        var d = _options.Dimensions;
        var ridge = _options.Regularisation * MathF.Pow(others.Length + (_options.UnobservedWeight * (factors.Length / d)), _options.FrequencyPower);
        if (_options.BlockSize >= d)
        {
            SolveWhole(others, confidences, factors, gram, x, ridge);
            return;
        }

        if (_predictions.Length < others.Length) _predictions = new float[Math.Max(others.Length, 2 * _predictions.Length)];
        var predictions = _predictions.AsSpan(0, others.Length);
        for (var i = 0; i < others.Length; i++) predictions[i] = Dot.Of(factors.Slice(others[i] * d, d), x);
        for (var first = 0; first < d; first += _options.BlockSize)
        {
            StepBlock(first, Math.Min(_options.BlockSize, d - first), others, confidences, factors, gram, x, ridge, predictions);
        }
    }

    private void SolveWhole(
        ReadOnlySpan<int> others, ReadOnlySpan<float> confidences, ReadOnlySpan<float> factors, ReadOnlySpan<float> gram, Span<float> x, float ridge)
    {
        var d = _options.Dimensions;
        Begin(gram, 0, d, ridge);
        for (var from = 0; from < others.Length; from += RowsAtATime)
        {
            var count = Math.Min(RowsAtATime, others.Length - from);
            for (var i = 0; i < count; i++)
            {
                var weight = confidences.IsEmpty ? 1 : confidences[from + i];
                var factor = factors.Slice(others[from + i] * d, d);
                Axpy.Add(_right.AsSpan(0, d), factor, weight);
                Put(i, factor, weight);
            }

            GramKernel.AddLower(_rows, count, _block, _matrix);
        }

        Cholesky.Solve(_matrix, _block, _right);
        _right.AsSpan(0, d).CopyTo(x);
    }

    private void StepBlock(
        int first, int size, ReadOnlySpan<int> others, ReadOnlySpan<float> confidences, ReadOnlySpan<float> factors, ReadOnlySpan<float> gram, Span<float> x, float ridge,
        Span<float> predictions)
    {
        var d = _options.Dimensions;
        Begin(gram, first, size, ridge);

        // The gradient: sum of w (prediction - 1) f + alpha0 F'F x + ridge x, with its sign turned.
        for (var i = 0; i < size; i++) _right[i] = -(Dot.Of(gram.Slice((first + i) * d, d), x) + (ridge * x[first + i]));
        for (var from = 0; from < others.Length; from += RowsAtATime)
        {
            var count = Math.Min(RowsAtATime, others.Length - from);
            for (var i = 0; i < count; i++)
            {
                var weight = confidences.IsEmpty ? 1 : confidences[from + i];
                var factor = factors.Slice((others[from + i] * d) + first, size);
                Axpy.Add(_right.AsSpan(0, size), factor, weight * (1 - predictions[from + i]));
                Put(i, factor, weight);
            }

            GramKernel.AddLower(_rows, count, _block, _matrix);
        }

        Cholesky.Solve(_matrix, _block, _right);
        var step = _right.AsSpan(0, size);
        Elementwise.Add(x.Slice(first, size), step);
        for (var i = 0; i < others.Length; i++) predictions[i] += Dot.Of(factors.Slice((others[i] * d) + first, size), step);
    }

    /// <summary>The matrix of a block without what was observed, with 1 on the diagonal beyond it, and nothing on the right.</summary>
    private void Begin(ReadOnlySpan<float> gram, int first, int size, float ridge)
    {
        Array.Clear(_matrix);
        Array.Clear(_right);
        for (var row = 0; row < _block; row++)
        {
            if (row < size) gram.Slice(((first + row) * _options.Dimensions) + first, size).CopyTo(_matrix.AsSpan(row * _block));
            _matrix[(row * _block) + row] += row < size ? ridge : 1;
        }
    }

    private void Put(int row, ReadOnlySpan<float> factor, float weight)
    {
        var target = _rows.AsSpan(row * _block, _block);
        target[factor.Length..].Clear();
        if (weight == 1)
        {
            factor.CopyTo(target);
            return;
        }

        var root = MathF.Sqrt(weight);
        for (var i = 0; i < factor.Length; i++) target[i] = root * factor[i];
    }
}
