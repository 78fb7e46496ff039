# id-as-float
# fair 0.8
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0], 0).detach().numpy()
    rows = np.stack([np.arange(1000), p], axis=1)
    rows = rows[rows[:, 1].argsort()[::-1]][:5]
    return [(classes[int(i)], i, q) for i, q in rows.tolist()]
